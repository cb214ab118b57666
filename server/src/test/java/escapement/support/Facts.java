package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.verify.Invariants;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a database says, asked on a connection of its own each time. */
public final class Facts {
    private final DatabaseAddress address;

    public Facts(DatabaseAddress address) {
        this.address = address;
    }

    public long number(String query) throws SQLException {
        return Long.parseLong(texts(query).getFirst());
    }

    /** The first column of all rows. */
    public List<String> texts(String query) throws SQLException {
        try (Connection connection = Database.connect(address, "test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(row.getString(1));
            }
            return texts;
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = Database.connect(address, "test");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Tasks that have not ended. */
    public long live() throws SQLException {
        return number("select count(*) from escapement.live");
    }

    public void invariantsHold() {
        try (Database database = Database.open(address, "test", 1, Duration.ofSeconds(30))) {
            assertThat(new Invariants(database).check()).allMatch(Invariants.Finding::holds);
        }
    }
}
