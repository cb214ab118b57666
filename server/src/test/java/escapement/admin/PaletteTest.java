package escapement.admin;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The colours of the page as they are shipped: readable on what they stand on, and statuses told apart by everybody. */
class PaletteTest {
    /** WCAG 2.2, AA. */
    private static final double OF_TEXT = 4.5;

    private static final double OF_CONTROLS = 3;

    /** Of any two hues of statuses, as CIE 1976 has it, for every kind of eyes. */
    private static final double APART = 13;

    private static final Pattern TOKEN = Pattern.compile("--([a-z0-9-]+): light-dark\\((#[0-9a-f]+), (#[0-9a-f]+)\\);");
    private static final List<String> GROUNDS = List.of("page", "panel", "fresh-row");
    private static final List<String> TEXTS = List.of(
            "ink",
            "ink-2",
            "accent",
            "queued",
            "deferred",
            "running",
            "retrying",
            "succeeded",
            "cancelled",
            "approval",
            "failed");
    private static final Map<String, List<String>> FILLED =
            Map.of("on-filled", List.of("approval", "failed"), "on-accent", List.of("accent"));

    /** One of each hue: queued, deferred and cancelled are of one grey and told apart by shape and word. */
    private static final List<String> HUES =
            List.of("queued", "running", "retrying", "succeeded", "approval", "failed");

    /** Machado, Oliveira and Fernandes 2009, severity 1; for linear light. */
    private static final Map<String, double[][]> EYES = Map.ofEntries(
            entry("all cones", new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}),
            entry("protanopia", new double[][] {
                {0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}
            }),
            entry("deuteranopia", new double[][] {
                {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}
            }),
            entry("tritanopia", new double[][] {
                {1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}
            }));

    private static final double[][] TO_XYZ = {
        {0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}
    };
    private static final double[] WHITE = {0.95047, 1, 1.08883};

    /** A theme of the page. */
    enum Theme {
        LIGHT,
        DARK
    }

    @ParameterizedTest
    @EnumSource
    void text_is_readable_on_every_ground(Theme theme) throws IOException {
        Map<String, double[]> colours = read(theme);

        for (String text : TEXTS) {
            for (String ground : GROUNDS) {
                assertThat(contrast(colours.get(text), colours.get(ground)))
                        .as("%s on %s", text, ground)
                        .isGreaterThanOrEqualTo(OF_TEXT);
            }
        }
        FILLED.forEach((text, grounds) ->
                grounds.forEach(ground -> assertThat(contrast(colours.get(text), colours.get(ground)))
                        .as("%s on %s", text, ground)
                        .isGreaterThanOrEqualTo(OF_TEXT)));
    }

    @ParameterizedTest
    @EnumSource
    void the_edges_of_controls_are_seen_on_every_ground(Theme theme) throws IOException {
        Map<String, double[]> colours = read(theme);

        for (String ground : GROUNDS) {
            assertThat(contrast(colours.get("control-line"), colours.get(ground)))
                    .as("control-line on %s", ground)
                    .isGreaterThanOrEqualTo(OF_CONTROLS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_two_hues_of_statuses_look_alike_to_anybody(Theme theme) throws IOException {
        Map<String, double[]> colours = read(theme);
        List<String> alike = new ArrayList<>();

        EYES.forEach((eyes, matrix) -> {
            for (String one : HUES) {
                for (String other : HUES.subList(HUES.indexOf(one) + 1, HUES.size())) {
                    double apart = distance(lab(seen(colours.get(one), matrix)), lab(seen(colours.get(other), matrix)));
                    if (apart < APART) {
                        alike.add("%s and %s with %s: %.1f".formatted(one, other, eyes, apart));
                    }
                }
            }
        });

        assertThat(alike).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void statuses_that_share_a_grey_are_as_far_from_all_others(Theme theme) throws IOException {
        Map<String, double[]> colours = read(theme);

        for (String grey : List.of("deferred", "cancelled")) {
            for (String other : HUES.subList(1, HUES.size())) {
                EYES.forEach((eyes, matrix) -> assertThat(
                                distance(lab(seen(colours.get(grey), matrix)), lab(seen(colours.get(other), matrix))))
                        .as("%s and %s with %s", grey, other, eyes)
                        .isGreaterThanOrEqualTo(APART));
            }
        }
    }

    /** The tokens in linear light. */
    private static Map<String, double[]> read(Theme theme) throws IOException {
        Map<String, double[]> colours = new LinkedHashMap<>();
        String css = Files.readString(Path.of("../admin-ui/css/tokens.css"));
        TOKEN.matcher(css)
                .results()
                .forEach((MatchResult token) ->
                        colours.put(token.group(1), linear(token.group(theme == Theme.LIGHT ? 2 : 3))));
        assertThat(colours).containsKeys(TEXTS.toArray(String[]::new)).containsKeys(GROUNDS.toArray(String[]::new));
        return colours;
    }

    private static double[] linear(String hex) {
        String six = hex.length() == 7 ? hex : hex.replaceAll("([0-9a-f])", "$1$1");
        double[] linear = new double[3];
        for (int channel = 0; channel < 3; channel++) {
            double value = Integer.parseInt(six, 1 + 2 * channel, 3 + 2 * channel, 16) / 255.0;
            linear[channel] = value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
        }
        return linear;
    }

    private static double contrast(double[] one, double[] other) {
        double lighter = Math.max(luminance(one), luminance(other));
        double darker = Math.min(luminance(one), luminance(other));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static double luminance(double[] colour) {
        return times(TO_XYZ, colour)[1];
    }

    private static double[] seen(double[] colour, double[][] eyes) {
        double[] seen = times(eyes, colour);
        for (int channel = 0; channel < 3; channel++) {
            seen[channel] = Math.clamp(seen[channel], 0, 1);
        }
        return seen;
    }

    private static double[] lab(double[] colour) {
        double[] xyz = times(TO_XYZ, colour);
        double x = cubeRoot(xyz[0] / WHITE[0]);
        double y = cubeRoot(xyz[1] / WHITE[1]);
        double z = cubeRoot(xyz[2] / WHITE[2]);
        return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
    }

    private static double cubeRoot(double t) {
        return t > 216.0 / 24389 ? Math.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }

    private static double distance(double[] one, double[] other) {
        return Math.hypot(Math.hypot(one[0] - other[0], one[1] - other[1]), one[2] - other[2]);
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[3];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                product[row] += matrix[row][column] * vector[column];
            }
        }
        return product;
    }
}
