package escapement.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchemaStateTest {
    private static final int OURS = Migrations.VERSION;

    @Test
    void a_schema_of_our_version_is_accepted() {
        assertThat(new SchemaState(OURS, OURS).refusal()).isEmpty();
    }

    @Test
    void a_newer_schema_that_we_can_still_work_with_is_accepted() {
        assertThat(new SchemaState(OURS + 3, OURS).refusal()).isEmpty();
    }

    @Test
    void a_newer_schema_that_has_left_us_behind_is_refused() {
        assertThat(new SchemaState(OURS + 3, OURS + 1).refusal())
                .get()
                .asString()
                .contains("start a newer server");
    }

    @Test
    void an_older_schema_is_refused_until_it_is_migrated() {
        assertThat(new SchemaState(OURS - 1, 1).refusal()).get().asString().contains("escapement migrate");
    }

    @Test
    void a_database_without_a_schema_is_refused_until_it_is_migrated() {
        assertThat(SchemaState.NONE.refusal()).get().asString().contains("no Escapement schema");
    }
}
