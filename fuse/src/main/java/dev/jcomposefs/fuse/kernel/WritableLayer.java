package dev.jcomposefs.fuse.kernel;

import java.nio.file.Path;

/**
 * Where overlayfs puts what is written.
 *
 * @param upper the directory that takes changed files; what an earlier mount wrote is seen again
 * @param work an empty directory on the same file system, overlayfs's own
 */
public record WritableLayer(Path upper, Path work) {}
