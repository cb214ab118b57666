/** Why a task is not running: each kind of reason is a class, in the order of {@link Explainer}. */
@NullMarked
package escapement.workflow.explain;

import org.jspecify.annotations.NullMarked;
