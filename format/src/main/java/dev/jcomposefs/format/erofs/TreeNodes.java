package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Xattrs;
import java.lang.foreign.MemorySegment;

/** Makes tree nodes of inodes, each of which is to be given once. Not thread-safe. */
final class TreeNodes {
  private static final int PERMISSIONS = 07777;

  private final ErofsImage image;
  private final InodeReader inodes;
  private final ContentReader contents;
  private final TreeXattrs xattrs;
  private final SpaceClaims space;
  private final Inode inode = new Inode();

  TreeNodes(ErofsImage image) {
    this.image = image;
    this.inodes = image.inodes();
    this.contents = image.contents();
    this.space = new SpaceClaims(image.bytes());
    this.xattrs = new TreeXattrs(image.bytes(), image.xattrs(), space);
  }

  Node read(long nid) throws FsException {
    image.inode(nid, inode);
    long at = inodes.at(nid);
    int format = inodes.format(at);
    space.claim(at, InodeReader.headerSize(format) + inodes.xattrsSize(at));
    FileType type = inode.type();
    Xattrs shown = xattrs.read(at, format, type);
    return switch (type) {
      case DIRECTORY -> {
        space.claim(at, inode.size());
        yield new Directory(metadata(shown));
      }
      case REGULAR ->
          xattrs.marksWhiteout(at, format)
              ? new Device(whiteoutMetadata(shown), 0)
              : file(at, format, shown);
      case SYMLINK -> {
        space.claim(at, inode.size());
        yield new Symlink(metadata(shown), image.readlink(nid));
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE -> new Device(metadata(shown), inode.rdev());
      case FIFO -> new Fifo(metadata(shown));
      case SOCKET -> new Socket(metadata(shown));
    };
  }

  private Node file(long at, int format, Xattrs shown) throws FsException {
    Metadata metadata = metadata(shown);
    if (contents.isBacked(at, format, metadata.size())) {
      return new ExternalFile(metadata, contents.payload(at, format), contents.digest(at, format));
    }
    if (metadata.size() == 0) {
      return new EmptyFile(metadata);
    }
    space.claim(at, metadata.size());
    MemorySegment content = contents.inline(at, format, (int) metadata.size());
    return new InlineFile(metadata, ByteString.copyOf(content, 0, (int) metadata.size()));
  }

  private Metadata metadata(Xattrs shown) {
    return metadata(inode.mode(), inode.size(), shown);
  }

  private Metadata whiteoutMetadata(Xattrs shown) {
    int mode = FileType.CHARACTER_DEVICE.bits() | (inode.mode() & PERMISSIONS);
    return metadata(mode, 0, shown);
  }

  private Metadata metadata(int mode, long size, Xattrs shown) {
    return new Metadata(
        mode,
        inode.nlink(),
        inode.uid(),
        inode.gid(),
        size,
        inode.mtimeSeconds(),
        inode.mtimeNanos(),
        shown);
  }
}
