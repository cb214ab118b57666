package escapement.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {
    @Test
    void a_body_is_signed_as_receivers_everywhere_check_it() {
        Webhook webhook = Webhook.of("https://alerts.example/hook", "key");

        // the example that Wikipedia gives for HMAC_SHA256
        assertThat(webhook.signature("The quick brown fox jumps over the lazy dog"))
                .isEqualTo("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    }

    @Test
    void neither_the_path_nor_the_secret_is_ever_shown() {
        assertThat(Webhook.of("https://alerts.example/T0KEN?key=T0KEN", "SECRET"))
                .hasToString("alerts.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alerts.example/T0KEN",
                "ftp://alerts.example/T0KEN",
                "https:///T0KEN",
                "https://ana:T0KEN@alerts.example/",
                "https://alerts.example/#T0KEN",
                "https://alerts.example:70000/T0KEN",
                "https://alerts.example/T0KEN |"
            })
    void an_address_that_cannot_be_is_refused_without_repeating_it(String address) {
        assertThatThrownBy(() -> Webhook.of(address, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .doesNotContain("T0KEN");
    }

    @Test
    void a_receiver_that_is_away_is_asked_less_and_less_often() {
        assertThat(Deliveries.pauseAfter(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Deliveries.pauseAfter(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Deliveries.pauseAfter(10)).isEqualTo(Duration.ofMinutes(5));
        assertThat(Deliveries.pauseAfter(1000)).isEqualTo(Duration.ofMinutes(5));
    }
}
