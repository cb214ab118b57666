/** Whether what a server stands on is as it should be: its database, its ports, its disk. */
@NullMarked
package escapement.doctor;

import org.jspecify.annotations.NullMarked;
