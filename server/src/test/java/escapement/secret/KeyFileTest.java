package escapement.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys that values are sealed with. */
class KeyFileTest {
    private static final String PLACE = "escapement params\nlogin\n/password";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("escapement.key");
    }

    @Test
    void what_is_sealed_opens_in_its_place_and_nowhere_else() throws Exception {
        KeyRing ring = KeyRing.of(List.of(KeyRing.newKey()));
        String sealed = ring.seal("hunter2", PLACE);

        assertThat(ring.open(sealed, PLACE)).isEqualTo("hunter2");
        assertThat(sealed).startsWith("v1:" + ring.ids().getFirst() + ":").isNotEqualTo(ring.seal("hunter2", PLACE));
        assertThatThrownBy(() -> ring.open(sealed, "escapement params\nhttp_request\n/body"))
                .isInstanceOf(SecretException.class)
                .hasMessageContaining("sealed for another place or changed");
        for (String damaged : List.of(
                sealed.substring(0, sealed.length() - 8), "v1:" + ring.ids().getFirst() + ":?")) {
            assertThatThrownBy(() -> ring.open(damaged, PLACE)).isInstanceOf(SecretException.class);
        }
    }

    @Test
    void after_a_rotation_the_first_key_seals_and_the_old_one_still_opens() throws Exception {
        byte[] old = KeyRing.newKey();
        KeyRing before = KeyRing.of(List.of(old));
        KeyRing after = KeyRing.of(List.of(KeyRing.newKey(), old));

        assertThat(after.open(before.seal("hunter2", PLACE), PLACE)).isEqualTo("hunter2");
        assertThat(after.seal("x", PLACE)).startsWith("v1:" + after.ids().getFirst());
        assertThatThrownBy(() -> before.open(after.seal("x", PLACE), PLACE))
                .isInstanceOf(SecretException.class)
                .hasMessageContaining("sealed with the key " + after.ids().getFirst())
                .hasMessageContaining("it has [" + before.ids().getFirst() + "]");
        assertThat(after.fingerprints("digest")).containsAll(before.fingerprints("digest"));
    }

    @Test
    void the_servers_own_file_is_made_when_it_is_needed_for_nobody_else_to_read_and_kept() throws Exception {
        Keys keys = new Keys(Optional.of(new KeyFile(file, true)));
        assertThat(file).doesNotExist();
        assertThat(keys.known().isEmpty()).isTrue();

        String sealed = keys.forSealing().seal("hunter2", PLACE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Keys afterRestart = new Keys(Optional.of(new KeyFile(file, true)));
        assertThat(afterRestart.known().open(sealed, PLACE)).isEqualTo("hunter2");
        assertThat(afterRestart.forSealing().ids()).isEqualTo(keys.known().ids());
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    }

    @Test
    void remarks_and_empty_lines_are_passed_over() throws Exception {
        write("rw-------", "# since May\n" + key() + "\n\n# until May\n" + key() + "\n");

        assertThat(new KeyFile(file, false).read().ids()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void a_file_that_cannot_be_used_is_refused_with_what_to_do() throws Exception {
        refused("cannot be read (NoSuchFileException); a new one is made with: (umask 077; openssl rand -base64 32 >");

        write("rw-r-----", key());
        refused("may be read by others (rw-r-----): chmod 600");

        write("rw-------", "# nothing\n");
        refused("holds no key");

        write("rw-------", key() + "\nc2hvcnQ=\n");
        refused("line 2 of the key file");
    }

    private void refused(String message) {
        assertThatThrownBy(() -> new Keys(Optional.of(new KeyFile(file, false))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("c2hvcnQ");
    }

    private void write(String permissions, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static String key() {
        return Base64.getEncoder().encodeToString(KeyRing.newKey());
    }
}
