package escapement.page;

import com.microsoft.playwright.options.ColorScheme;
import java.util.Locale;
import java.util.stream.Stream;

/** In which theme and how wide a tab shows the page. */
enum Look {
    LIGHT_WIDE(ColorScheme.LIGHT, 1440, 900),
    DARK_WIDE(ColorScheme.DARK, 1440, 900),
    LIGHT_NARROW(ColorScheme.LIGHT, 390, 844),
    DARK_NARROW(ColorScheme.DARK, 390, 844);

    final ColorScheme scheme;
    final int width;
    final int height;

    Look(ColorScheme scheme, int width, int height) {
        this.scheme = scheme;
        this.width = width;
        this.height = height;
    }

    /**
     * Both themes and both widths: of a theme only the colours differ, of a width only the places, so two looks see all that
     * four do. Where pictures are taken, all four.
     */
    static Stream<Look> each() {
        return Tab.TAKES_PICTURES ? Stream.of(values()) : Stream.of(LIGHT_WIDE, DARK_NARROW);
    }

    @Override
    public String toString() {
        return scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
    }
}
