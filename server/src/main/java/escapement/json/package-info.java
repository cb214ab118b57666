/** JSON as it comes in and goes out: one strict mapper, readers that name the faulty field, and what PostgreSQL can store. */
@NullMarked
package escapement.json;

import org.jspecify.annotations.NullMarked;
