/**
 * Real mounts, real kernels, real trees: what only a running system can show.
 *
 * <p>The tests run in Maven's integration-test phase, after the application was packaged, against
 * {@code bin/jcfs} of that package. They need root and {@code /dev/fuse}, and skip with a printed
 * reason without. Nothing waits without a limit: a test that takes too long fails, its server is
 * killed, and with it every call that hangs in the mount.
 */
@NullMarked
package dev.jcomposefs.nativetests;

import org.jspecify.annotations.NullMarked;
