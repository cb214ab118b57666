/** What a task is, how one is read from JSON and from the database. */
@NullMarked
package escapement.task;

import org.jspecify.annotations.NullMarked;
