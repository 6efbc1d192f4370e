package dev.jcomposefs.nativetests.posix;

/**
 * What statfs(2) says about a file system.
 *
 * @param type the magic number of the kind of file system
 * @param blockSize bytes
 * @param blocks in all
 * @param freeBlocks of them
 * @param files inodes in all
 * @param freeFiles of them
 * @param longestName bytes
 */
public record FileSystemStat(
    long type,
    long blockSize,
    long blocks,
    long freeBlocks,
    long files,
    long freeFiles,
    long longestName) {}
