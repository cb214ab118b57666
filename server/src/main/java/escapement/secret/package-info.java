/** Values that tasks need and nobody is to read: where they come from, how they are kept, how they are hidden. */
@NullMarked
package escapement.secret;

import org.jspecify.annotations.NullMarked;
