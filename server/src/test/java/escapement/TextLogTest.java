package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.TimeBasedRollingPolicy;
import escapement.support.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** logback.xml, as a server on a data folder takes it. */
class TextLogTest {
    private final LoggerContext context = new LoggerContext();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void a_new_file_begins_with_the_day_and_the_one_before_is_kept_under_its_date() throws Exception {
        context.setMDCAdapter(new LogbackMDCAdapter()); // what SLF4J does for the context of the process
        context.putProperty("escapement.logs", folder.toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(TextLogTest.class.getResource("/logback.xml"));
        Logger log = context.getLogger("escapement.Server");
        Path file = folder.resolve("escapement.log");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);

        log.info("on the first day");
        assertThat(Files.readString(file)).contains("on the first day");
        moveClockTo(today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        log.info("on the second day");

        assertThat(Files.readString(file)).contains("on the second day").doesNotContain("on the first day");
        Path before = folder.resolve("escapement." + today + ".0.log.gz");
        Eventually.within(
                Duration.ofSeconds(10), () -> assertThat(unzipped(before)).contains("on the first day"));
    }

    @SuppressWarnings("unchecked")
    private void moveClockTo(Instant time) {
        RollingFileAppender<ILoggingEvent> appender = (RollingFileAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("FILE");
        TimeBasedRollingPolicy<ILoggingEvent> policy =
                (TimeBasedRollingPolicy<ILoggingEvent>) appender.getRollingPolicy();
        policy.getTimeBasedFileNamingAndTriggeringPolicy().setCurrentTime(time.toEpochMilli());
    }

    private static String unzipped(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
