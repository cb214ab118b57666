/** The command line as a client of a running server: it knows the HTTP API and no database. */
@NullMarked
package escapement.client;

import org.jspecify.annotations.NullMarked;
