/** Many mounts in one process: {@code jcfs daemon}, and who joins it. */
@NullMarked
package dev.jcomposefs.nativetests.daemon;

import org.jspecify.annotations.NullMarked;
