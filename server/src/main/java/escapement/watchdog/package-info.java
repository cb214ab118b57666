/** What keeps a running cluster tidy. */
@NullMarked
package escapement.watchdog;

import org.jspecify.annotations.NullMarked;
