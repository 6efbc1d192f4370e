package dev.jcomposefs.nativetests.tree;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.posix.DirectoryEntry;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.posix.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares two directories with all that is in them: the names, and of each entry type,
 * permissions, owner, group, modification time with nanoseconds, extended attributes, device
 * number, link target, size, content, and that the directory's own record of the type agrees with
 * the file.
 *
 * <p>Files above {@link #WHOLE} bytes are compared in windows: both ends, around every multiple of
 * 2 GiB where an offset changes sign or width, and where the expected file has its data.
 */
public final class TreeComparison {
  /** Up to this many bytes a file is compared as a whole. */
  static final long WHOLE = 256L << 20;

  private static final int CHUNK = 1 << 20;
  private static final long TWO_GIB = 1L << 31;
  private static final int MOST_REPORTED = 40;

  private final Set<Aspect> aspects;
  private final MemorySegment expectedBuffer;
  private final MemorySegment foundBuffer;
  private final Map<FileId, ByteString> expectedNames = new HashMap<>();
  private final Map<FileId, ByteString> foundNames = new HashMap<>();
  private final List<String> differences = new ArrayList<>();
  private int entries;

  private record FileId(long device, long inode) {}

  private TreeComparison(Set<Aspect> aspects, Arena arena) {
    this.aspects = aspects;
    this.expectedBuffer = arena.allocate(CHUNK);
    this.foundBuffer = arena.allocate(CHUNK);
  }

  /**
   * What the comparison gave.
   *
   * @param entries how many were compared, the directory itself included
   * @param differences the first {@value #MOST_REPORTED} of them, each with its path
   */
  public record Outcome(int entries, List<String> differences) {}

  /** Compares {@code found} with {@code expected}. */
  public static Outcome compare(Path expected, Path found, Aspect... aspects) throws FsException {
    Set<Aspect> wanted = EnumSet.noneOf(Aspect.class);
    wanted.addAll(List.of(aspects));
    try (Arena arena = Arena.ofConfined()) {
      TreeComparison comparison = new TreeComparison(wanted, arena);
      comparison.entry(Posix.path(expected), Posix.path(found), ByteString.EMPTY);
      return new Outcome(comparison.entries, List.copyOf(comparison.differences));
    }
  }

  private void entry(ByteString expected, ByteString found, ByteString path) throws FsException {
    entries++;
    Stat e = Posix.stat(expected);
    Stat f = Posix.stat(found);
    same(path, "mode", Long.toOctalString(e.mode()), Long.toOctalString(f.mode()));
    same(path, "owner", e.owner(), f.owner());
    same(path, "group", e.group(), f.group());
    same(path, "device number", e.rdev(), f.rdev());
    same(path, "mtime", time(e), time(f));
    xattrs(path, expected, found);
    if (e.type() != f.type()) {
      return;
    }
    links(path, e, f);
    switch (e.type()) {
      case DIRECTORY -> {
        if (aspects.contains(Aspect.DIRECTORY_SIZES)) {
          same(path, "size", e.size(), f.size());
        }
        directory(expected, found, path);
      }
      case REGULAR -> {
        if (same(path, "size", e.size(), f.size())) {
          content(expected, found, path, e.size());
        }
      }
      case SYMLINK -> {
        same(path, "size", e.size(), f.size());
        same(path, "target", Posix.readlink(expected), Posix.readlink(found));
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {}
    }
  }

  private static String time(Stat stat) {
    return "%d.%09d".formatted(stat.seconds(), stat.nanos());
  }

  private void xattrs(ByteString path, ByteString expected, ByteString found) throws FsException {
    Map<ByteString, ByteString> e = Posix.xattrs(expected);
    Map<ByteString, ByteString> f = Posix.xattrs(found);
    Set<ByteString> keys = new TreeSet<>(e.keySet());
    keys.addAll(f.keySet());
    for (ByteString key : keys) {
      same(path, "xattr " + key, String.valueOf(e.get(key)), String.valueOf(f.get(key)));
    }
  }

  private void links(ByteString path, Stat e, Stat f) {
    if (e.type() == FileType.DIRECTORY) {
      if (aspects.contains(Aspect.DIRECTORY_LINKS)) {
        same(path, "link count", e.links(), f.links());
      }
    } else if (aspects.contains(Aspect.FILE_LINKS)) {
      same(path, "link count", e.links(), f.links());
      same(path, "first name", firstName(expectedNames, e, path), firstName(foundNames, f, path));
    }
  }

  /** The path that the same file was met at first, which is {@code path} itself at first. */
  private static ByteString firstName(Map<FileId, ByteString> names, Stat stat, ByteString path) {
    ByteString first = names.putIfAbsent(new FileId(stat.device(), stat.inode()), path);
    return first == null ? path : first;
  }

  private void directory(ByteString expected, ByteString found, ByteString path)
      throws FsException {
    Map<ByteString, DirectoryEntry> e = byName(expected, path);
    Map<ByteString, DirectoryEntry> f = byName(found, path);
    for (DirectoryEntry entry : e.values()) {
      ByteString child = Posix.child(path, entry.name());
      DirectoryEntry other = f.remove(entry.name());
      if (other == null) {
        report("%s: missing".formatted(child));
        continue;
      }
      same(child, "type in the listing", entry.type(), other.type());
      entry(Posix.child(expected, entry.name()), Posix.child(found, entry.name()), child);
    }
    for (ByteString name : f.keySet()) {
      report("%s: not expected".formatted(Posix.child(path, name)));
    }
  }

  private Map<ByteString, DirectoryEntry> byName(ByteString directory, ByteString path)
      throws FsException {
    Map<ByteString, DirectoryEntry> entries = new TreeMap<>();
    for (DirectoryEntry entry : Posix.list(directory)) {
      if (entries.put(entry.name(), entry) != null) {
        report("%s: listed twice".formatted(Posix.child(path, entry.name())));
      }
    }
    return entries;
  }

  private void content(ByteString expected, ByteString found, ByteString path, long size)
      throws FsException {
    try (OpenFile e = OpenFile.open(expected, OpenFile.READ_ONLY);
        OpenFile f = OpenFile.open(found, OpenFile.READ_ONLY)) {
      for (long at : chunks(e, size)) {
        long differs = firstDifference(e, f, at);
        if (differs >= 0) {
          report("%s: content differs at offset %d".formatted(path, differs));
          return;
        }
      }
    } catch (FsException failed) {
      report("%s: content: %s".formatted(path, failed.getMessage()));
    }
  }

  /** Where chunks to compare begin, ascending. */
  private static Iterable<Long> chunks(OpenFile expected, long size) throws FsException {
    Set<Long> starts = new TreeSet<>();
    if (size <= WHOLE) {
      for (long at = 0; at < size; at += CHUNK) {
        starts.add(at);
      }
      return starts;
    }
    starts.add(0L);
    starts.add(size - CHUNK);
    for (long border = TWO_GIB; border < size; border += TWO_GIB) {
      starts.add(border - CHUNK / 2);
    }
    long last = size - 1;
    for (long at = dataOr(expected, 0, size); at < last; at = dataOr(expected, at + CHUNK, size)) {
      starts.add(at);
    }
    return starts;
  }

  private static long dataOr(OpenFile file, long at, long end) throws FsException {
    try {
      return at >= end ? end : file.data(at);
    } catch (FsException nothingMore) {
      if (nothingMore.errno() != Errno.ENXIO) {
        throw nothingMore;
      }
      return end;
    }
  }

  /** The offset of the first byte of a chunk that differs, or -1. */
  private long firstDifference(OpenFile expected, OpenFile found, long at) throws FsException {
    int e = fill(expected, expectedBuffer, at);
    int f = fill(found, foundBuffer, at);
    long differs = MemorySegment.mismatch(expectedBuffer, 0, e, foundBuffer, 0, f);
    return differs < 0 ? -1 : at + differs;
  }

  private static int fill(OpenFile file, MemorySegment buffer, long at) throws FsException {
    int filled = 0;
    while (filled < CHUNK) {
      int more = file.read(buffer.asSlice(filled), at + filled);
      if (more == 0) {
        break;
      }
      filled += more;
    }
    return filled;
  }

  private boolean same(ByteString path, String what, Object expected, Object found) {
    if (expected.equals(found)) {
      return true;
    }
    String where = path.isEmpty() ? "/" : path.toString();
    report("%s: %s is %s, expected %s".formatted(where, what, found, expected));
    return false;
  }

  private void report(String difference) {
    if (differences.size() < MOST_REPORTED) {
      differences.add(difference);
    }
  }
}
