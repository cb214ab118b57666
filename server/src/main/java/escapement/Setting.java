package escapement;

import java.util.Locale;

/** Every setting: an environment variable {@code ESCAPEMENT_…} and a {@code --flag} of the same name. */
enum Setting {
    PORT("8080", "HTTP port; 0 takes any free one"),
    BIND("127.0.0.1", "address to listen on; others than loopback addresses only with a login"),
    AUTH(
            "auto",
            "who may ask: token, whoever has one; none, everybody on this machine with all roles; auto: none on a loopback address with the own PostgreSQL, else token"),
    HOSTS(
            "",
            "further hosts by which this server is reached, separated by commas, such as the name a proxy passes on; its own addresses always are"),
    DATABASE_URL("", "JDBC URL of a PostgreSQL 15 or newer; empty: an own PostgreSQL is started"),
    DATABASE_USER("", "its user"),
    DATABASE_PASSWORD("", "its password"),
    DATABASE_PORT("0", "port of the own PostgreSQL; 0: the last one used, or any free one"),
    DATA_DIR("./data", "folder of the own PostgreSQL's data and of the log files"),
    METRICS_LOG(
            "true",
            "a line for each attempt in metrics/buddy_task_queue_logs_YYYYMMDD.jsonl in the data folder of one node; false: not from this node"),
    TEXT_LOG(
            "true",
            "what the server says, in logs/escapement.log in the data folder, a file a day; false: to the console only"),
    MAX_CONCURRENT_TASKS("", "most actions that run at once on this node; default 25 per core"),
    AGEING_SECONDS(
            "600", "after this time no newer task of any priority overtakes an older one; 0: priorities never age"),
    ORDER(
            "age",
            "what goes first among equal priorities: age, or deadline: the nearest deadline, then tasks without one by age; with deadline priorities never age"),
    LEASE_SECONDS("30", "a node silent for this long counts as dead and its tasks run again"),
    DRAIN_SECONDS("25", "how long running actions may finish when the server stops"),
    MODE(
            "LIVE",
            "how tasks start on an empty database: LIVE, DRY_RUN (none for real) or LOCKED (not at all); later only people change it"),
    HTTP_ALLOW(
            "",
            "where http_request may go: hosts, *.domains, addresses or blocks, each with an optional :port, separated by commas; empty: public addresses only"),
    COMMANDS("", "JSON file of the programs that tasks may run, as actions command:ID; empty: none"),
    PLUGINS_DIR("", "folder of jars with further actions; empty: none"),
    DRY_RUN("false", "true: HIGH risk that the gate lets pass runs dry; taken only while nobody has chosen a policy"),
    SECRETS_DIR(
            "",
            "folder of files whose names tasks may give as secret:NAME; empty: only the variables ESCAPEMENT_SECRET_NAME"),
    KEY_FILE(
            "",
            "file of the keys that sensitive values are sealed with; empty: escapement.key beside the data folder, made when needed; with an outside database: none, such values are refused"),
    WEBHOOK_URL(
            "", "http or https address that is told of late and held tasks, holds and changes of mode; empty: none"),
    WEBHOOK_SECRET("", "what signs that, as HMAC-SHA256 in the header Escapement-Signature; empty: it is not signed"),
    KEEP_COMPLETED_DAYS("", "after how many days COMPLETED tasks are removed, whole workflows at a time; empty: never"),
    KEEP_FAILED_DAYS("", "after how many days FAILED tasks are removed, whole workflows at a time; empty: never"),
    KEEP_SKIPPED_DAYS("", "after how many days SKIPPED tasks are removed, whole workflows at a time; empty: never"),
    KEEP_CANCELLED_DAYS("", "after how many days CANCELLED tasks are removed, whole workflows at a time; empty: never"),
    EXAMPLE(
            "false",
            "true: where nothing else is said, http_request may reach this machine and the commands of ops/examples are offered"),
    ADMIN_UI_DIR("", "serve the admin page from this folder instead of from the jar, to edit and reload");

    private final String otherwise;
    private final String description;

    Setting(String otherwise, String description) {
        this.otherwise = otherwise;
        this.description = description;
    }

    String variable() {
        return "ESCAPEMENT_" + name();
    }

    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String otherwise() {
        return otherwise;
    }

    String description() {
        return description;
    }
}
