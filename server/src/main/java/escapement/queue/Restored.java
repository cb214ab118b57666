package escapement.queue;

import escapement.task.Submission;

/**
 * A task from a file.
 *
 * @param awaitsBranch whether a task of the file, which comes with it or later, has a branch that is to take it
 */
public record Restored(Submission submission, boolean awaitsBranch, Past past) {}
