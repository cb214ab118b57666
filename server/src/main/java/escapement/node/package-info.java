/** This process as a member of the cluster: its incarnation, its lease, and the rescue of those whose lease ran out. */
@NullMarked
package escapement.node;

import org.jspecify.annotations.NullMarked;
