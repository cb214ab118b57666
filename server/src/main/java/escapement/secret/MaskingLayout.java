package escapement.secret;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Lines of the server's log, stack traces included, with the values of secrets hidden. Named in {@code logback.xml}. */
public final class MaskingLayout extends PatternLayout {
    @Override
    public String doLayout(ILoggingEvent event) {
        return LogMask.hidden(super.doLayout(event));
    }
}
