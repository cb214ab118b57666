/** What tests share: a database, servers, ways to wait. */
@NullMarked
package escapement.support;

import org.jspecify.annotations.NullMarked;
