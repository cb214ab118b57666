package escapement.task;

/**
 * How a task hangs together with others; JSON as text, as PostgreSQL gives it.
 *
 * @param dependencies an array of what it waits for, or waited for, with how those tasks stand; the first thousand
 * @param branches an array of its branches as stored, each with what became of it
 * @param dependents how many tasks wait for it, or waited; more than {@link #MOST_DEPENDENTS} are not counted
 */
public record Links(String dependencies, String branches, int dependents) {
    static final int MOST_DEPENDENTS = 1000;

    public static final Links NONE = new Links("[]", "[]", 0);
}
