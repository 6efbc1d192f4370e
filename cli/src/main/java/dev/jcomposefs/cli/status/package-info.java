/** {@code jcfs status}: what the servers of this user's mounts say, for people and as JSON. */
@NullMarked
package dev.jcomposefs.cli.status;

import org.jspecify.annotations.NullMarked;
