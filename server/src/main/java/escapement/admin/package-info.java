/** The door: HTTP API and admin page. Answers and refuses; decides nothing. */
@NullMarked
package escapement.admin;

import org.jspecify.annotations.NullMarked;
