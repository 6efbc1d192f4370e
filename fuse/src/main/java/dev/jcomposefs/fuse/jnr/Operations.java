package dev.jcomposefs.fuse.jnr;

import static dev.jcomposefs.fuse.jnr.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.fs.OpenFile;

/**
 * What libfuse's callbacks answer. Each takes the C function's arguments as they are and returns 0
 * or a count, or a negative errno.
 *
 * <p>Nothing may be thrown out of a callback: jnr-ffi would return 0 for it, and the caller of a
 * failed read would see the end of the file. Hence one {@code catch Throwable} in each.
 *
 * <p>File handles of directories are node ids; those of files come from {@link OpenFiles}.
 */
final class Operations {
  private final ImageFileSystem files;
  private final OpenFiles open;
  private final StatLayout stat;
  private final ThreadLocal<Inode> inodes = ThreadLocal.withInitial(Inode::new);
  private final ThreadLocal<Filler> fillers;

  Operations(ImageFileSystem files, OpenFiles open, StatLayout stat) {
    this.files = files;
    this.open = open;
    this.stat = stat;
    this.fillers = ThreadLocal.withInitial(() -> new Filler(stat));
  }

  int getattr(long path, long into) {
    long node = ImageFileSystem.ROOT;
    try {
      node = resolve(path);
      return node == ImageFileSystem.NOT_FOUND ? -Errno.ENOENT.number() : attributes(node, into);
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  /** Of an open file; libfuse gives no path then. */
  int fgetattr(long path, long into, long info) {
    long node = ImageFileSystem.ROOT;
    try {
      node = file(info).node();
      return attributes(node, into);
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  private int attributes(long node, long into) throws FsException {
    Inode inode = inodes.get();
    files.attributes(node, inode);
    stat.write(node, inode, ALL, into);
    return 0;
  }

  int readlink(long path, long into, long size) {
    long node = ImageFileSystem.ROOT;
    try {
      node = existing(path);
      ByteString target = files.readlink(node);
      if (target.length() >= size) {
        return -Errno.ENAMETOOLONG.number();
      }
      target.copyTo(ALL, into);
      ALL.set(JAVA_BYTE, into + target.length(), (byte) 0);
      return 0;
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  int open(long path, long info) {
    long node = ImageFileSystem.ROOT;
    try {
      if ((ALL.get(JAVA_INT_UNALIGNED, info + FileInfoLayout.FLAGS_AT) & FileInfoLayout.ACCESS_MODE)
          != 0) {
        return -Errno.EROFS.number();
      }
      node = existing(path);
      OpenFile file = files.open(node);
      ALL.set(JAVA_LONG_UNALIGNED, info + FileInfoLayout.FH_AT, open.add(node, file));
      return 0;
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  int read(long path, long into, long size, long position, long info) {
    long node = ImageFileSystem.ROOT;
    try {
      OpenFiles.Entry entry = file(info);
      node = entry.node();
      return entry.file().read(position, ALL, into, Math.toIntExact(size));
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  int release(long path, long info) {
    try {
      open.close(handle(info));
      return 0;
    } catch (Throwable t) {
      return failed(ImageFileSystem.ROOT, t);
    }
  }

  int opendir(long path, long info) {
    long node = ImageFileSystem.ROOT;
    try {
      node = existing(path);
      ALL.set(JAVA_LONG_UNALIGNED, info + FileInfoLayout.FH_AT, node);
      return 0;
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  int readdir(long path, long buffer, long filler, long cookie, long info) {
    long node = handle(info);
    try {
      files.list(node, cookie, fillers.get().into(filler, buffer));
      return 0;
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  int getxattr(long path, long name, long value, long size) {
    long node = ImageFileSystem.ROOT;
    try {
      if (!files.hasXattrs()) {
        return -Errno.ENOSYS.number();
      }
      node = existing(path);
      int room = (int) Math.min(size, Integer.MAX_VALUE);
      int length = files.xattr(node, ALL, name, NativeMemory.stringLength(name), ALL, value, room);
      if (length == ImageFileSystem.NOT_FOUND) {
        return -Errno.ENODATA.number();
      }
      return fitting(length, room);
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  int listxattr(long path, long list, long size) {
    long node = ImageFileSystem.ROOT;
    try {
      if (!files.hasXattrs()) {
        return 0; // with ENOSYS, programs that copy would say that they cannot
      }
      node = existing(path);
      int room = (int) Math.min(size, Integer.MAX_VALUE);
      return fitting(files.listXattrs(node, ALL, list, room), room);
    } catch (Throwable t) {
      return failed(node, t);
    }
  }

  /** A size of 0 asks how much there is. */
  private static int fitting(int length, int room) {
    return room == 0 || length <= room ? length : -Errno.ERANGE.number();
  }

  int statfs(long path, long into) {
    try {
      long blockSize = ImageFileSystem.BLOCK_SIZE;
      ALL.set(JAVA_LONG_UNALIGNED, into + StatvfsLayout.BLOCK_SIZE_AT, blockSize);
      ALL.set(JAVA_LONG_UNALIGNED, into + StatvfsLayout.FRAGMENT_SIZE_AT, blockSize);
      ALL.set(JAVA_LONG_UNALIGNED, into + StatvfsLayout.BLOCKS_AT, files.blockCount());
      ALL.set(JAVA_LONG_UNALIGNED, into + StatvfsLayout.FILES_AT, files.inodeCount());
      ALL.set(JAVA_LONG_UNALIGNED, into + StatvfsLayout.NAME_MAX_AT, ImageFileSystem.MAX_NAME);
      return 0;
    } catch (Throwable t) {
      return failed(ImageFileSystem.ROOT, t);
    }
  }

  private long existing(long path) throws FsException {
    long node = resolve(path);
    if (node == ImageFileSystem.NOT_FOUND) {
      throw new FsException(Errno.ENOENT, "libfuse asked about a path that the image has not");
    }
    return node;
  }

  /** The node at a path from the root of the mount, or NOT_FOUND. */
  private long resolve(long path) throws FsException {
    long node = ImageFileSystem.ROOT;
    long at = path;
    while (true) {
      while (ALL.get(JAVA_BYTE, at) == '/') {
        at++;
      }
      long end = at;
      byte b = ALL.get(JAVA_BYTE, end);
      while (b != 0 && b != '/') {
        end++;
        b = ALL.get(JAVA_BYTE, end);
      }
      if (end == at) {
        return node;
      }
      node = files.lookup(node, ALL, at, Math.toIntExact(end - at));
      if (node == ImageFileSystem.NOT_FOUND) {
        return ImageFileSystem.NOT_FOUND;
      }
      at = end;
    }
  }

  private static long handle(long info) {
    return ALL.get(JAVA_LONG_UNALIGNED, info + FileInfoLayout.FH_AT);
  }

  private OpenFiles.Entry file(long info) throws FsException {
    OpenFiles.Entry entry = open.get(handle(info));
    if (entry == null) {
      throw new FsException(Errno.EBADF, "file handle %d is not open".formatted(handle(info)));
    }
    return entry;
  }

  private int failed(long node, Throwable failure) {
    return -files.failed(node, failure).number();
  }
}
