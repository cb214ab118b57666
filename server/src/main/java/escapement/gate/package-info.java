/** Policies: which tasks may run, and which wait for a person. Data alone; the deciding is done in SQL, see the queue's Gate. */
@NullMarked
package escapement.gate;

import org.jspecify.annotations.NullMarked;
