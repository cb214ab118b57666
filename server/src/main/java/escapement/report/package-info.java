/** The questions of {@code sql/}: read from their files, asked with checked parameters. */
@NullMarked
package escapement.report;

import org.jspecify.annotations.NullMarked;
