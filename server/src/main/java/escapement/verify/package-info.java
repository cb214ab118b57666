/** What must always be true of the database, as questions to it. */
@NullMarked
package escapement.verify;

import org.jspecify.annotations.NullMarked;
