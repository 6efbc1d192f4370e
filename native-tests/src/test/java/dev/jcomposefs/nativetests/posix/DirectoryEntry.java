package dev.jcomposefs.nativetests.posix;

import dev.jcomposefs.format.image.ByteString;

/**
 * One record of getdents64(2).
 *
 * @param name any bytes but a slash and NUL
 * @param inode the number that stat(2) gives too, except at a mount point
 * @param next where the directory must be sought to, to go on behind this entry
 * @param type the {@code DT_} number
 */
public record DirectoryEntry(ByteString name, long inode, long next, int type) {}
