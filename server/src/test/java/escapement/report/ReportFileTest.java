package escapement.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.json.InvalidInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a report's file has to be like. */
class ReportFileTest {
    private static final String WHOLE = """
            -- title: Tasks
            -- question: Which ones?
            -- parameter: top, integer 1 to 10, default 5: how many
            -- parameter: queue, text, default '': only this one
            --
            -- id, kind  of each
            \\if :{?top} \\else \\set top 5 \\endif
            \\if :{?queue} \\else \\set queue '' \\endif
            select id::text, 'a:''b; ?' as kind -- not :'this'
              from t where :'queue' in ('', queue) limit :'top'::integer;
            """;

    @Test
    void a_whole_file_is_read() {
        Report report = ReportFile.read("tasks", WHOLE);

        assertThat(report.title()).isEqualTo("Tasks");
        assertThat(report.question()).isEqualTo("Which ones?");
        assertThat(report.slow()).isNull();
        assertThat(report.columns()).containsExactly("id", "kind");
        assertThat(report.parameters()).extracting(ReportParameter::name).containsExactly("top", "queue");
        assertThat(report.sql())
                .isEqualTo("select id::text, 'a:''b; ?' as kind -- not :'this'\n"
                        + "  from t where ? in ('', queue) limit ?::integer");
        assertThat(report.binds()).containsExactly("queue", "top");
    }

    @Test
    void values_are_bound_where_the_statement_takes_them_and_defaults_where_none_is_given() {
        Report report = ReportFile.read("tasks", WHOLE);

        assertThat(report.values(Map.of())).containsExactly("", "5");
        assertThat(report.values(Map.of("top", "007", "queue", "' or true --")))
                .isEqualTo(List.of("' or true --", "7"));
    }

    @Test
    void values_that_do_not_fit_are_refused_by_name() {
        Report report = ReportFile.read("tasks", WHOLE);

        for (String bad : List.of("0", "11", "1.5", "ten", "1; drop table x", "99999999999", "")) {
            assertThatThrownBy(() -> report.values(Map.of("top", bad)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("top: must be a whole number from 1 to 10");
        }
        assertThatThrownBy(() -> report.values(Map.of("queue", "x".repeat(201))))
                .hasMessage("queue: is 201 characters long; at most 200 are accepted");
        assertThatThrownBy(() -> report.values(Map.of("queue", "\0"))).hasMessageContaining("NUL");
    }

    @Test
    void a_file_without_its_header_is_refused() {
        assertRefused("select 1;", "sql/x.sql: the header must have a line '-- title: …'");
        assertRefused(WHOLE.replace("-- question: Which ones?\n", ""), "'-- question: …'");
        assertRefused(WHOLE.replace("Which ones?", "These."), "must end with a question mark, got 'These.'");
        assertRefused(WHOLE.replace("-- id, kind  of each\n", ""), "must explain the columns");
        assertRefused(WHOLE.replace("-- title", "-- title: Two\n-- title"), "'-- title: ' 2 times");
    }

    @Test
    void a_parameter_that_is_not_declared_taken_or_set_for_psql_as_declared_is_refused() {
        assertRefused(WHOLE.replace(":'queue'", ":'que'"), "takes :'que', which the header does not declare");
        assertRefused(WHOLE.replace(":'queue' in", "'' in"), "declares [queue], which the statement does not take");
        assertRefused(WHOLE.replace("set top 5", "set top 6"), "below the header must stand");
        assertRefused(WHOLE.replace("\\if :{?queue}", "-- \\if :{?queue}"), "below the header must stand");
        assertRefused(WHOLE.replace("\\if :{?queue}", "\\! ls\n\\if :{?queue}"), "below the header must stand");
        assertRefused(WHOLE.replace("integer 1 to 10", "number"), "must be declared as", "got 'top, number, default 5");
        assertRefused(WHOLE.replace("1 to 10", "6 to 10"), "default of top must be a whole number from 6 to 10");
        assertRefused(WHOLE.replace("top", "limit"), "cannot be named limit");
    }

    @Test
    void a_statement_that_psql_would_read_otherwise_is_refused() {
        assertRefused(WHOLE.replace("from t", "from :t"), "may not have ':t'");
        assertRefused(WHOLE.replace("from t", "from :\"queue\""), "may not have ':\"'");
        assertRefused(WHOLE.replace("from t", "from t; delete from t"), "may not have ';'");
        assertRefused(WHOLE.replace("from t", "from t \\gset"), "may not have '\\'");
        assertRefused(WHOLE.replace("from t", "from t where a ? 'b'"), "may not have '?'");
        assertRefused(WHOLE.replace("from t", "from t /* :'queue' */"), "may not have '/*'");
        assertRefused(WHOLE.replace("integer;", "integer"), "must end with a semicolon");
    }

    private static void assertRefused(String text, String... because) {
        assertThatThrownBy(() -> ReportFile.read("x", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(because);
    }
}
