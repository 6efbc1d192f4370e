package dev.jcomposefs.cache.scan;

import dev.jcomposefs.format.verity.HashAlgorithm;

/**
 * What of a directory goes into the tree, and how.
 *
 * @param algorithm what external files are measured with
 * @param xattrs which extended attributes are read
 * @param skipDevices leave out character and block devices, whiteouts among them; fifos and sockets
 *     stay
 * @param zeroTimes every mtime becomes 0
 * @param keepHardLinks names of the same file become links to one node, which has the file's link
 *     count; else each is a file of its own with a link count of 1
 */
public record ScanOptions(
    HashAlgorithm algorithm,
    XattrSelection xattrs,
    boolean skipDevices,
    boolean zeroTimes,
    boolean keepHardLinks) {

  /** Everything as it is on the disk, measured with SHA-256. */
  public static final ScanOptions FAITHFUL =
      new ScanOptions(HashAlgorithm.SHA256, XattrSelection.ALL, false, false, true);
}
