/**
 * Our images, in the hands of the kernel and of other programs.
 *
 * <p>Needs root, loop devices, EROFS and overlayfs.
 */
@NullMarked
package dev.jcomposefs.nativetests.kernel;

import org.jspecify.annotations.NullMarked;
