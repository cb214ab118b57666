/** The schema, what brings a database up to it, and the PostgreSQL that Escapement can bring along. */
@NullMarked
package escapement.migrations;

import org.jspecify.annotations.NullMarked;
