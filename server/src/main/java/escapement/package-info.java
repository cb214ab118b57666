/** The server: its command line, its settings, and the one place where everything is connected. */
@NullMarked
package escapement;

import org.jspecify.annotations.NullMarked;
