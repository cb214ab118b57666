package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What a user gives in an option: JSON as it is, {@code @file}, or {@code -} for standard input. */
final class Inputs {
    private Inputs() {}

    static JsonNode json(String option, String given) {
        return parse(option, text(option, given));
    }

    static JsonNode parse(String source, String text) {
        try {
            return Json.parseInput(text.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidInputException e) {
            throw ClientException.usage(
                    source + ": " + e.faults().getFirst().message().replace("the body", "this"));
        }
    }

    static BigDecimal number(String option, String given) {
        if (!given.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?")) {
            throw ClientException.usage(option + " must be a number such as 0.75, got '" + given + "'");
        }
        return new BigDecimal(given);
    }

    static int whole(String option, String given, int min, int max) {
        if (!given.matches("[0-9]{1,9}") || Integer.parseInt(given) < min || Integer.parseInt(given) > max) {
            throw ClientException.usage(
                    option + " must be a whole number from " + min + " to " + max + ", got '" + given + "'");
        }
        return Integer.parseInt(given);
    }

    private static String text(String option, String given) {
        if (!given.equals("-") && !given.startsWith("@")) {
            return given;
        }
        try (BufferedReader reader = open(option, given)) {
            return reader.lines().collect(Collectors.joining("\n"));
        } catch (IOException | UncheckedIOException e) {
            throw ClientException.usage(option + " cannot be read: " + why(e));
        }
    }

    /** @param given {@code @file} or {@code -} */
    static BufferedReader open(String option, String given) {
        if (given.equals("-")) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        }
        if (!given.startsWith("@")) {
            throw ClientException.usage(
                    option + " must be @ and the name of a file, or - for standard input, got '" + given + "'");
        }
        try {
            return Files.newBufferedReader(Path.of(given.substring(1)));
        } catch (IOException e) {
            throw ClientException.usage(option + " cannot be read: " + why(e));
        }
    }

    static String why(Exception e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case AccessDeniedException denied -> "you may not read " + denied.getFile();
            case UncheckedIOException wrapped when wrapped.getCause() instanceof IOException cause -> why(cause);
            case CharacterCodingException _ -> "it is not UTF-8 text";
            default -> String.valueOf(e.getMessage());
        };
    }
}
