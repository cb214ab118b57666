package escapement.secret;

import java.util.regex.Pattern;

/** How a parameter refers to a secret: the whole text is {@code secret:NAME}; {@code secret::x} stands for the text {@code secret:x}. */
public final class SecretText {
    static final String PREFIX = "secret:";
    private static final String ESCAPED = "secret::";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private SecretText() {}

    static boolean isSpecial(String text) {
        return text.startsWith(PREFIX);
    }

    static boolean isEscaped(String text) {
        return text.startsWith(ESCAPED);
    }

    static boolean isReference(String text) {
        return text.startsWith(PREFIX) && isName(text.substring(PREFIX.length()));
    }

    /** Whether a secret may be called so. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static String name(String reference) {
        return reference.substring(PREFIX.length());
    }

    static String unescaped(String text) {
        return isEscaped(text) ? PREFIX + text.substring(ESCAPED.length()) : text;
    }
}
