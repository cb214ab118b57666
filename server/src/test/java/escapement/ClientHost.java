package escapement;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * The command line, again and again in one process: reads arguments and standard input from its own, and answers with
 * the exit code and what was printed. Ends with whoever started it.
 */
public final class ClientHost {
    private ClientHost() {}

    public static void main(String[] none) throws IOException {
        DataInputStream asked = new DataInputStream(System.in);
        DataOutputStream answer = new DataOutputStream(System.out);
        Charset charset = System.out.charset(); // of a process whose output is no terminal
        while (true) {
            String[] arguments;
            try {
                arguments = new String[asked.readInt()];
            } catch (EOFException e) {
                return;
            }
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = asked.readUTF();
            }
            System.setIn(new ByteArrayInputStream(bytes(asked)));
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            System.setOut(new PrintStream(output, true, charset));
            System.setErr(new PrintStream(errors, true, charset));
            answer.writeInt(Main.run(arguments));
            System.out.flush();
            System.err.flush();
            write(answer, output);
            write(answer, errors);
            answer.flush();
        }
    }

    private static byte[] bytes(DataInputStream from) throws IOException {
        return from.readNBytes(from.readInt());
    }

    private static void write(DataOutputStream to, ByteArrayOutputStream bytes) throws IOException {
        to.writeInt(bytes.size());
        bytes.writeTo(to);
    }
}
