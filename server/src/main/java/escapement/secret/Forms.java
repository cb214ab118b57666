package escapement.secret;

import escapement.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The ways in which a value may stand in a text. */
final class Forms {
    /** Characters; what is shorter stands in any text by chance. */
    static final int SHORTEST = 4;

    /** Of the piece of a Base64 text that is the same whatever stands around the value. */
    private static final int SHORTEST_PIECE = 8;

    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");

    private Forms() {}

    static Set<String> of(String value) {
        Set<String> forms = new LinkedHashSet<>();
        add(value, forms);
        value.lines().map(String::strip).forEach(line -> add(line, forms)); // a log shows it line by line
        forms.removeIf(form -> form.length() < SHORTEST);
        return forms;
    }

    private static void add(String value, Set<String> forms) {
        if (value.length() < SHORTEST) {
            return;
        }
        forms.add(value);
        forms.add(value.strip());
        String quoted = Json.write(value);
        quoted = quoted.substring(1, quoted.length() - 1);
        forms.add(quoted);
        forms.add(quoted.replace("/", "\\/"));
        addUrlEncoded(value, forms);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        forms.add(HexFormat.of().formatHex(bytes));
        forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
        addBase64(Base64.getEncoder().withoutPadding(), bytes, forms);
        addBase64(Base64.getUrlEncoder().withoutPadding(), bytes, forms);
    }

    private static void addUrlEncoded(String value, Set<String> forms) {
        String form = URLEncoder.encode(value, StandardCharsets.UTF_8);
        String path = form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
        for (String encoded : new String[] {form, form.replace("+", "%20"), path}) {
            forms.add(encoded);
            forms.add(ESCAPE.matcher(encoded).replaceAll(match -> match.group().toLowerCase(Locale.ROOT)));
        }
    }

    /** Also as a piece of something longer, as in {@code user:password}: three ways to lie in groups of three bytes. */
    private static void addBase64(Base64.Encoder encoder, byte[] bytes, Set<String> forms) {
        forms.add(encoder.encodeToString(bytes));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            int from = before == 0 ? 0 : 4;
            byte[] whole = Arrays.copyOf(shifted, shifted.length / 3 * 3);
            String encoded = encoder.encodeToString(whole);
            if (encoded.length() - from >= SHORTEST_PIECE) {
                forms.add(encoded.substring(from));
            }
        }
    }
}
