package escapement.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the values of secrets are found, by name: a variable of the server's environment, else a file of a folder, read
 * anew for each attempt.
 *
 * @param variables values by the names of their variables
 */
public record SecretSources(Map<String, String> variables, Optional<Path> folder) {
    private static final String PREFIX = "ESCAPEMENT_SECRET_";
    private static final int MAX_BYTES = 64 * 1024;

    public SecretSources {
        variables = Map.copyOf(variables);
    }

    /** Takes the secrets out of an environment. */
    public static SecretSources of(Map<String, String> environment, Optional<Path> folder) {
        Map<String, String> secrets = new HashMap<>(environment);
        secrets.keySet().removeIf(variable -> !isVariable(variable));
        return new SecretSources(secrets, folder);
    }

    /** Whether an environment variable holds a secret. */
    public static boolean isVariable(String name) {
        return name.startsWith(PREFIX) && SecretText.isName(name.substring(PREFIX.length()));
    }

    String value(String name) throws SecretException {
        String variable = variables.get(PREFIX + name);
        String value = variable != null ? variable : inFolder(name);
        if (value.isEmpty()) {
            throw new SecretException("the secret '" + name + "' is empty: "
                    + (variable != null ? "give " + PREFIX + name + " a value" : "write it into its file"));
        }
        return value;
    }

    private String inFolder(String name) throws SecretException {
        Path path = folder.orElseThrow(() -> unknown(name, "; ESCAPEMENT_SECRETS_DIR is not set"));
        Path file = path.resolve(name);
        try {
            if (!Files.isRegularFile(file)) {
                throw unknown(name, " and no file " + file);
            }
            // a link may lead on, as those of mounted secrets do, but not out of the folder
            Path real = file.toRealPath();
            if (!real.startsWith(path.toRealPath())) {
                throw new SecretException("the secret '" + name + "' is not read: " + file
                        + " leads out of its folder; put the file itself there");
            }
            refuseReadableByAll(name, real);
            if (Files.size(real) > MAX_BYTES) {
                throw new SecretException(
                        "the secret '" + name + "' is not read: " + file + " has more than " + MAX_BYTES + " bytes");
            }
            return withoutLineEnd(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(real)))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new SecretException("the secret '" + name + "' is not read: " + file + " is no UTF-8 text");
        } catch (IOException e) {
            throw new SecretException("the secret '" + name + "' cannot be read from " + file + ": "
                    + e.getClass().getSimpleName() + "; may the server's user read it?");
        }
    }

    private static SecretException unknown(String name, String andWhere) {
        return new SecretException(
                "there is no secret '" + name + "' on this node: looked for the variable " + PREFIX + name + andWhere);
    }

    private static void refuseReadableByAll(String name, Path file) throws IOException, SecretException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new SecretException("the secret '" + name + "' is not read: everybody on this machine may read "
                    + file + "; take that away with: chmod o-rwx " + file);
        }
    }

    private static String withoutLineEnd(String text) {
        String cut = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return cut.endsWith("\r") ? cut.substring(0, cut.length() - 1) : cut;
    }

    /** Without the values. */
    @Override
    public String toString() {
        return "SecretSources[" + variables.size() + " variables, folder=" + folder + "]";
    }
}
