package escapement.metricslog;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The lines of a stream, one after another, whatever comes in. For one thread. */
final class InputLines {
    static final int LONGEST = 1_000_000;

    private final InputStream in;

    InputLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** @return the next line without its end; one byte more than {@link #LONGEST} if it is longer; null after the last */
    byte @org.jspecify.annotations.Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int read = in.read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (line.size() <= LONGEST) { // what is longer is read over: the line after it may be a good one
                line.write(read);
            }
        }
        return line.toByteArray();
    }
}
