package escapement.metricslog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import escapement.json.Json;
import java.io.IOException;
import java.io.OutputStream;

/** Writes the log's lines as JSON, each with its end. For one thread. */
public final class LineWriter {
    private static final ObjectWriter OBJECTS = Json.mapper()
            .writer()
            .withRootValueSeparator("")
            // a stream is for its owner to close: what breaks off must not look like all there is
            .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .with(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8); // an emoji as it is, as in all other JSON

    private final JsonGenerator json;

    public LineWriter(OutputStream out) throws IOException {
        this.json = OBJECTS.createGenerator(out);
    }

    public void write(AttemptLine line) throws IOException {
        line.writeTo(json);
        json.writeRaw('\n');
    }

    /** Writes what it still has in memory. */
    public void finish() throws IOException {
        json.close();
    }
}
