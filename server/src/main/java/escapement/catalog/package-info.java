/** Which actions exist, who offers them, and what their parameters must look like. */
@NullMarked
package escapement.catalog;

import org.jspecify.annotations.NullMarked;
