package escapement.queue;

import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Queues and actions by name and by the small number that rows carry. Names are added and never changed. Thread-safe. */
public final class Names {
    private static final int MAX_QUEUES = 1000;

    private final Database database;
    private final Map<String, Short> queues = new ConcurrentHashMap<>();
    private final Map<String, Short> actions = new ConcurrentHashMap<>();
    private final Map<Short, String> actionNames = new ConcurrentHashMap<>();

    public Names(Database database) {
        this.database = database;
    }

    /** The queue's number; the queue is created when it is new. */
    public short queue(String name) {
        return queues.computeIfAbsent(name, absent -> idOf("queue", absent));
    }

    /** The action's number; the name is recorded when it is new. */
    public short action(String name) {
        return actions.computeIfAbsent(name, absent -> {
            short id = idOf("action", absent);
            actionNames.put(id, absent); // a node that runs its own actions must not need the database for their names
            return id;
        });
    }

    public String actionName(short id) {
        return actionNames.computeIfAbsent(id, this::readActionName);
    }

    // the no-op update makes the row of a concurrent insert visible to this statement
    private short idOf(String table, String name) {
        if (table.equals("queue") && queues.size() >= MAX_QUEUES) {
            throw new InvalidInputException(new Fault(
                    "/queue",
                    name,
                    "would be one more than the " + MAX_QUEUES + " queues there can be: every claim looks into each"));
        }
        String insert = "insert into escapement." + table
                + " (name) values (?) on conflict (name) do update set name = excluded.name returning id";
        String select = "select id from escapement." + table + " where name = ?";
        return database.statement(connection -> {
            for (String sql : new String[] {select, insert}) { // most names exist; an upsert burns a number each time
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, name);
                    try (ResultSet row = statement.executeQuery()) {
                        if (row.next()) {
                            return row.getShort(1);
                        }
                    }
                }
            }
            throw new IllegalStateException("no id for " + table + " '" + name + "'");
        });
    }

    private String readActionName(short id) {
        return database.statement(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select name from escapement.action where id = ?")) {
                statement.setShort(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        return row.getString(1);
                    }
                }
            }
            throw new IllegalStateException("no action has the number " + id);
        });
    }
}
