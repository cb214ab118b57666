package escapement.report;

import escapement.json.Fault;
import escapement.report.ReportParameter.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a report's file, which psql runs as it stands.
 *
 * <p>Its header declares a parameter as {@code -- parameter: hours, integer 1 to 720, default 24: how far back}, below it
 * stands {@code \if :{?hours} \else \set hours 24 \endif} for psql, and the statement takes it as {@code :'hours'}.
 */
public final class ReportFile {
    private static final int MAX_TEXT = 200;
    private static final Pattern PARAMETER = Pattern.compile(
            "(?<name>[a-z][a-z_]*), (?:integer (?<min>\\d{1,9}) to (?<max>\\d{1,9})|text), default (?<default>\\d{1,9}|''): (?<meaning>\\S.*)");
    private static final Pattern COLUMNS = Pattern.compile("-- (\\w+(?:, \\w+)*) {2,}\\S.*");
    /** What psql would not read as it is: comments and quoted texts first, for in them nothing has a meaning. */
    private static final Pattern TOKENS = Pattern.compile(
            "--[^\n]*|:'(?<bind>\\w*)'|'(?:[^']|'')*'|\"[^\"]*\"|::|(?<other>:[\"\\w{]|[?;$\\\\]|/\\*)");
    /** What the API and psql themselves understand by these names. */
    private static final Set<String> TAKEN = Set.of("limit", "name");

    private final String name;
    private final List<String> header = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private final String statement;

    private ReportFile(String name, String text) {
        this.name = name;
        List<String> lines = text.lines().toList();
        int at = 0;
        while (at < lines.size() && lines.get(at).startsWith("--")) {
            header.add(lines.get(at++));
        }
        while (at < lines.size() && lines.get(at).startsWith("\\")) {
            settings.add(lines.get(at++));
        }
        statement = String.join("\n", lines.subList(at, lines.size())).strip();
    }

    /**
     * Reads a file.
     *
     * @param name the report's, which is the file's without its ending
     * @throws IllegalArgumentException when the file is not as it has to be
     */
    public static Report read(String name, String text) {
        return new ReportFile(name, text).report();
    }

    private Report report() {
        String title = require("title");
        String question = require("question");
        if (!question.endsWith("?")) {
            throw wrong("the question must end with a question mark, got '" + question + "'");
        }
        List<ReportParameter> parameters = all("parameter").map(this::parameter).toList();
        checkSettings(parameters);
        List<String> columns = header.stream()
                .map(COLUMNS::matcher)
                .filter(Matcher::matches)
                .flatMap(line -> Arrays.stream(line.group(1).split(", ")))
                .toList();
        if (columns.isEmpty()) {
            throw wrong("the header must explain the columns, each as '-- name  meaning' with two spaces or more");
        }
        List<String> binds = new ArrayList<>();
        String sql = statement(parameters, binds);
        return new Report(name, title, question, one("slow"), parameters, columns, sql, binds);
    }

    private java.util.stream.Stream<String> all(String key) {
        String start = "-- " + key + ": ";
        return header.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip());
    }

    private @Nullable String one(String key) {
        List<String> found = all(key).toList();
        if (found.size() > 1) {
            throw wrong("the header has '-- " + key + ": ' " + found.size() + " times; once is enough");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private String require(String key) {
        String found = one(key);
        if (found == null || found.isEmpty()) {
            throw wrong("the header must have a line '-- " + key + ": …'");
        }
        return found;
    }

    private ReportParameter parameter(String line) {
        Matcher declared = PARAMETER.matcher(line);
        if (!declared.matches()) {
            throw wrong("a parameter must be declared as 'hours, integer 1 to 720, default 24: meaning' or"
                    + " 'queue, text, default '': meaning', got '" + line + "'");
        }
        String parameter = declared.group("name");
        if (TAKEN.contains(parameter)) {
            throw wrong("a parameter cannot be named " + parameter);
        }
        boolean integer = declared.group("min") != null;
        String otherwise = declared.group("default").equals("''") ? "" : declared.group("default");
        ReportParameter found = integer
                ? new ReportParameter(
                        parameter,
                        Type.INTEGER,
                        Integer.parseInt(declared.group("min")),
                        Integer.parseInt(declared.group("max")),
                        otherwise,
                        declared.group("meaning"))
                : new ReportParameter(parameter, Type.TEXT, 0, MAX_TEXT, otherwise, declared.group("meaning"));
        List<Fault> faults = new ArrayList<>();
        found.value(otherwise, faults);
        if (!faults.isEmpty()) {
            throw wrong(
                    "the default of " + parameter + " " + faults.getFirst().message() + ", got '" + otherwise + "'");
        }
        return found;
    }

    // psql sets these defaults and the server those of the header: they have to be the same
    private void checkSettings(List<ReportParameter> parameters) {
        List<String> wanted = parameters.stream()
                .map(parameter -> "\\if :{?%s} \\else \\set %s %s \\endif"
                        .formatted(
                                parameter.name(),
                                parameter.name(),
                                parameter.otherwise().isEmpty() ? "''" : parameter.otherwise()))
                .toList();
        if (!settings.equals(wanted)) {
            throw wrong("below the header must stand, and nothing else for psql: " + wanted + ", got " + settings);
        }
    }

    private String statement(List<ReportParameter> parameters, List<String> binds) {
        if (!statement.endsWith(";")) {
            throw wrong("the statement must end with a semicolon");
        }
        Set<String> declared = new HashSet<>();
        parameters.forEach(parameter -> declared.add(parameter.name()));
        Matcher token = TOKENS.matcher(statement.substring(0, statement.length() - 1));
        StringBuilder sql = new StringBuilder();
        while (token.find()) {
            String bind = token.group("bind");
            if (token.group("other") != null) {
                throw wrong("the statement may not have '" + token.group("other")
                        + "': a parameter is taken as :'name', and there is one statement without block comments");
            }
            if (bind != null && !declared.contains(bind)) {
                throw wrong("the statement takes :'" + bind + "', which the header does not declare");
            }
            if (bind != null) {
                binds.add(bind);
            }
            token.appendReplacement(sql, Matcher.quoteReplacement(bind == null ? token.group() : "?"));
        }
        declared.removeAll(Set.copyOf(binds));
        if (!declared.isEmpty()) {
            throw wrong("the header declares " + declared + ", which the statement does not take");
        }
        return token.appendTail(sql).toString();
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("sql/" + name + ".sql: " + what);
    }
}
