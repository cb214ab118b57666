package escapement.secret;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values hidden wherever they stand. */
class MaskTest {
    private static final String ODD = "p@ss \"w/ö\\rd\" 100%";
    private static final Mask MASK = Mask.of(List.of(ODD, "hunter2hunter2", "12345678"));

    @Test
    void a_value_is_hidden_as_it_is_and_in_every_encoding() {
        String bearer = Base64.getEncoder().encodeToString(("user:" + ODD).getBytes(StandardCharsets.UTF_8));
        for (String form : List.of(
                ODD,
                Json.write(ODD).substring(1, Json.write(ODD).length() - 1),
                URLEncoder.encode(ODD, StandardCharsets.UTF_8),
                URLEncoder.encode(ODD, StandardCharsets.UTF_8).replace("+", "%20"),
                Base64.getEncoder().encodeToString(ODD.getBytes(StandardCharsets.UTF_8)),
                Base64.getUrlEncoder().encodeToString(ODD.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(MASK.text("before " + form + " after").replace("=", "")).isEqualTo("before *** after");
        }
        assertThat(MASK.text(bearer)).contains("***").hasSizeLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status 500: hunter2hunter", "hunter2hunter2 and hunt", "output hunter2"})
    void the_beginning_of_a_value_at_the_end_of_a_shortened_text_is_hidden(String text) {
        assertThat(MASK.text(text)).endsWith("***").doesNotContain("hunt");
    }

    @Test
    void a_text_without_a_value_stays_what_it_is() {
        String text = "a hunter of 2 hunters";

        assertThat(MASK.text(text)).isSameAs(text);
        assertThat(Mask.NONE.text(text)).isSameAs(text);
        assertThat(Mask.of(List.of("abc", ""))).isSameAs(Mask.NONE);
    }

    @Test
    void texts_names_and_numbers_of_json_are_hidden_and_the_rest_is_kept() {
        JsonNode hidden = MASK.json(Json.parse("""
                {"a":["hunter2hunter2",1,null,true],"hunter2hunter2":{"n":12345678,"long":991234567899},"b":"x\\nhunter2hunter2\\n"}"""));

        assertThat(hidden).isEqualTo(Json.parse("""
                {"a":["***",1,null,true],"***":{"n":"***","long":"99***99"},"b":"x\\n***\\n"}"""));
    }

    @Test
    void bytes_and_objects_of_an_actions_own_are_hidden_too() {
        JsonNode result = Json.nodes()
                .objectNode()
                .put("bytes", "hunter2hunter2".getBytes(StandardCharsets.UTF_8))
                .putPOJO("own", List.of("hunter2hunter2"));

        assertThat(MASK.json(result).toString()).doesNotContain("hunter").doesNotContain("aHVudGVyM");
    }

    @Test
    void each_line_of_a_long_value_is_hidden_for_a_log_shows_it_line_by_line() {
        Mask mask = Mask.of(List.of("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n"));

        assertThat(mask.text("MIIEvQIBADANBg")).isEqualTo("***");
        assertThat(mask.text("-----END KEY-----")).isEqualTo("***");
    }

    @Test
    void a_line_of_the_servers_log_and_its_stack_trace_are_hidden() {
        LogMask.add(List.of("canary-of-the-log"));
        LoggerContext context = new LoggerContext();
        MaskingLayout layout = new MaskingLayout();
        layout.setContext(context);
        layout.setPattern("%msg%n");
        layout.start();

        String line = layout.doLayout(new LoggingEvent(
                "x",
                context.getLogger("x"),
                Level.WARN,
                "sent canary-of-the-log",
                new IllegalStateException("refused canary-of-the-log"),
                new Object[0]));

        assertThat(line)
                .startsWith("sent ***")
                .contains("IllegalStateException: refused ***")
                .doesNotContain("canary");
    }
}
