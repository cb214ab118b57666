/** The edge to Quartz: the cluster's clock, which says when to look and never runs an action. */
@NullMarked
package escapement.quartz;

import org.jspecify.annotations.NullMarked;
