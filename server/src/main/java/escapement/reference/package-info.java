/** Parameters that a task takes from the results of others: found when it is submitted, put in place when it runs. */
@NullMarked
package escapement.reference;

import org.jspecify.annotations.NullMarked;
