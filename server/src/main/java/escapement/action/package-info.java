/** What a task runs. Imports nothing of ours, so that it can become a small jar for plug-ins. */
@NullMarked
package escapement.action;

import org.jspecify.annotations.NullMarked;
