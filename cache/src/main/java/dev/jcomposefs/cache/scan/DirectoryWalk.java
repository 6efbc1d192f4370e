package dev.jcomposefs.cache.scan;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxDirectories;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cache.scan.FileReader.Contents;
import dev.jcomposefs.cache.scan.TreeAssembly.FileKey;
import dev.jcomposefs.cache.scan.TreeAssembly.NodeSource;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
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
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.Xattrs;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * One scan: meets every entry below the source, depth first in name order, without recursion. Hands
 * regular files to other threads and everything else to the tree. Used by one thread, once.
 */
final class DirectoryWalk implements AutoCloseable {
  private static final int OPEN_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  /** A directory between the source and where the walk is. */
  private static final class Level {
    final OpenDirectory directory;
    final Directory node;
    final List<ByteString> names;
    int next;

    Level(OpenDirectory directory, Directory node, List<ByteString> names) {
      this.directory = directory;
      this.node = node;
      this.names = names;
    }
  }

  private final ScanOptions options;
  private final FileReader reader;
  private final Executor readers;
  private final ScanProgress progress;
  private final ArrayDeque<Level> levels = new ArrayDeque<>();
  private final TreeAssembly tree;

  /** Set at the end: files that still wait to be read need not be read any more. */
  private volatile boolean stopped;

  /**
   * Opens the source.
   *
   * @param readers runs every task that it is given, sooner or later
   */
  DirectoryWalk(
      ByteString source,
      ScanOptions options,
      FileReader reader,
      Executor readers,
      ScanProgress progress)
      throws FsException {
    this.options = options;
    this.reader = reader;
    this.readers = readers;
    this.progress = progress;
    Level root = enter(Fd.WORKING_DIRECTORY, source, source, xattrs -> xattrs);
    this.levels.push(root);
    this.tree = new TreeAssembly(root.node);
  }

  Tree walk() throws FsException {
    while (!levels.isEmpty()) {
      Level level = levels.element();
      if (level.next < level.names.size()) {
        visit(level, level.names.get(level.next++));
      } else {
        levels.pop().directory.release();
      }
    }
    return tree.finish();
  }

  private void visit(Level level, ByteString name) throws FsException {
    OpenDirectory directory = level.directory;
    FileStat stat;
    try {
      stat = LinuxFiles.stat(directory.fd(), name);
    } catch (FsException e) {
      throw new ScanException(directory.pathOf(name), e);
    }
    FileType type = stat.type();
    if (type == null) {
      throw new ScanException(
          directory.pathOf(name), Errno.EINVAL, "found " + stat.typeText(), null);
    }
    if (type == FileType.DIRECTORY) {
      Level inner = enter(directory.fd(), name, directory.pathOf(name), tree::share);
      levels.push(inner);
      tree.add(level.node, name, ready(inner.node));
      return;
    }
    if (type.isDevice() && options.skipDevices()) {
      return;
    }
    if (!options.keepHardLinks() || stat.nlink() == 1) {
      tree.add(level.node, name, source(directory, name, stat, type));
      return;
    }
    FileKey file = new FileKey(stat.identity().device(), stat.identity().inode());
    if (tree.knows(file)) {
      tree.link(level.node, name, file);
    } else {
      tree.add(level.node, name, source(directory, name, stat, type), file);
    }
  }

  private Level enter(Fd parent, ByteString name, ByteString path, UnaryOperator<Xattrs> sharing)
      throws FsException {
    Fd fd;
    try {
      fd = LinuxFiles.open(parent, name, OPEN_DIRECTORY, 0);
    } catch (FsException e) {
      throw new ScanException(path, e);
    }
    try {
      FileStat stat = LinuxFiles.stat(fd);
      Directory node = new Directory(metadata(stat, 0, sharing.apply(reader.xattrs(fd, path))));
      List<ByteString> names = LinuxDirectories.list(fd, path);
      names.sort(null);
      return new Level(new OpenDirectory(fd, path), node, names);
    } catch (ScanException e) {
      fd.close();
      throw e;
    } catch (FsException e) {
      fd.close();
      throw new ScanException(path, e);
    } catch (Throwable t) {
      fd.close();
      throw t;
    }
  }

  private NodeSource source(OpenDirectory directory, ByteString name, FileStat stat, FileType type)
      throws FsException {
    try {
      if (type == FileType.REGULAR && stat.size() > 0) {
        return reading(directory, name, stat);
      }
      Xattrs xattrs = tree.share(reader.xattrs(directory, name));
      return ready(
          switch (type) {
            case REGULAR -> {
              progress.found(0);
              progress.done(0);
              yield new EmptyFile(metadata(stat, 0, xattrs));
            }
            case SYMLINK -> {
              ByteString target = LinuxDirectories.readLink(directory.fd(), name);
              yield new Symlink(metadata(stat, target.length(), xattrs), target);
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                new Device(metadata(stat, 0, xattrs), stat.rdev());
            case FIFO -> new Fifo(metadata(stat, 0, xattrs));
            case SOCKET -> new Socket(metadata(stat, 0, xattrs));
            case DIRECTORY -> throw new AssertionError("directories are entered");
          });
    } catch (ScanException e) {
      throw e;
    } catch (FsException e) {
      throw new ScanException(directory.pathOf(name), e);
    }
  }

  /**
   * @param size for a directory 0, since its size is the file system's and not the content's, and
   *     the same files shall give the same tree
   */
  private Metadata metadata(FileStat stat, long size, Xattrs xattrs) {
    return new Metadata(
        stat.mode(),
        options.keepHardLinks() ? stat.nlink() : 1,
        stat.uid(),
        stat.gid(),
        size,
        options.zeroTimes() ? 0 : stat.identity().mtimeSeconds(),
        options.zeroTimes() ? 0 : stat.identity().mtimeNanos(),
        xattrs);
  }

  private static NodeSource ready(Node node) {
    return new NodeSource() {
      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public Node node() {
        return node;
      }
    };
  }

  /** Has the file read by another thread. */
  private NodeSource reading(OpenDirectory directory, ByteString name, FileStat stat) {
    progress.found(stat.size());
    directory.retain();
    PendingContents pending =
        new PendingContents(() -> {
          try {
            if (stopped) {
              throw new FsException(Errno.ECANCELED, "the scan has failed");
            }
            Contents contents = reader.read(directory, name, stat);
            progress.done(stat.size());
            return contents;
          } finally {
            directory.release();
          }
        });
    readers.execute(pending);
    return new NodeSource() {
      @Override
      public boolean isReady() {
        return pending.isDone();
      }

      @Override
      public Node node() throws FsException {
        Contents contents = pending.contents();
        Metadata metadata = metadata(stat, stat.size(), tree.share(contents.xattrs()));
        return switch (contents.content()) {
          case FileContent.Inline inline -> new InlineFile(metadata, inline.bytes());
          case FileContent.External external -> new ExternalFile(metadata, external.digest());
        };
      }
    };
  }

  /** Stops what is under way for it as soon as possible. */
  @Override
  public void close() {
    stopped = true;
    levels.forEach(level -> level.directory.release());
    levels.clear();
  }
}
