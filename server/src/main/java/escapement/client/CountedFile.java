package escapement.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is sent, and how much of it is on its way. For one thread. */
final class CountedFile extends FilterInputStream {
    private final Progress progress;
    private final long length;
    private long read;

    private CountedFile(InputStream in, long length, Progress progress) {
        super(in);
        this.length = length;
        this.progress = progress;
    }

    static CountedFile open(Path file, Progress progress) {
        try {
            return new CountedFile(Files.newInputStream(file), Files.size(file), progress);
        } catch (IOException e) {
            throw ClientException.usage(file + " cannot be read: " + Inputs.why(e));
        }
    }

    @Override
    public int read() throws IOException {
        return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        int some = super.read(into, from, most);
        return counted(some, some);
    }

    private int counted(int result, int bytes) {
        if (result >= 0) {
            read += bytes;
            progress.at(read, length);
        }
        return result;
    }
}
