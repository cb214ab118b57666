package escapement.queue;

/** A task at one claim: the fence tells it from an earlier or later claim of the same task. */
record HeldTask(long id, int fence) {
    static HeldTask of(ClaimedTask task) {
        return new HeldTask(task.id(), task.fence());
    }
}
