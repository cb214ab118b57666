/** Tasks that belong together: who waits for whom, and what they look like as a graph. */
@NullMarked
package escapement.workflow;

import org.jspecify.annotations.NullMarked;
