/** What every thread of ours needs. */
@NullMarked
package escapement.thread;

import org.jspecify.annotations.NullMarked;
