/** What a task runs. Imports nothing of ours but the three risk levels, so that it can become a small jar for plug-ins. */
@NullMarked
package escapement.action;

import org.jspecify.annotations.NullMarked;
