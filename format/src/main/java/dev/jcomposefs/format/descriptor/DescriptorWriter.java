package dev.jcomposefs.format.descriptor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.stream.Collectors.joining;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.Entry;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.HardLink;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree as a descriptor, byte for byte as the composefs tools of 31 January 2023 did, but
 * with zeros where these left memory uninitialised.
 *
 * <p>What the tools did and a reader could do without: every hard link gets an inode record of its
 * own, empty but for its link count of 1, that no entry names. The link counts that the tree
 * declares are not used: a directory has 2 and one for each directory in it, everything else one
 * for each of its names.
 *
 * <p>Refused is what has no place in the format, or what its readers refuse.
 */
public final class DescriptorWriter {
  private static final int PAYLOAD_MAX = 4095; // bytes, PATH_MAX without the final zero
  private static final int NANOS_MAX = 999_999_999;

  private final Tree tree;
  private final @Nullable Instant changeTime;

  /** All entries of the tree, breadth-first; an inode record for each. */
  private final Entry[] entries;

  /** By node id: the index of the node's record. */
  private final int[] indexes;

  /** By node id: how many names the node has. */
  private final int[] names;

  private final VariableData variableData = new VariableData();

  /** By index: references, offset in the upper half and length in the lower; 0 for nothing. */
  private final long[] payloads;

  private final long[] digests;
  private final long[] xattrs;

  private DescriptorWriter(Tree tree, @Nullable Instant changeTime) {
    int count = Math.addExact(tree.nodeCount(), tree.linkCount());
    this.tree = tree;
    this.changeTime = changeTime;
    this.entries = new Entry[count];
    this.indexes = new int[tree.nodeCount()];
    this.names = new int[tree.nodeCount()];
    this.payloads = new long[count];
    this.digests = new long[count];
    this.xattrs = new long[count];
  }

  /**
   * Writes the whole image. Nothing has been written when the tree is refused.
   *
   * @param changeTime the ctime of every inode, which trees do not have; null for each one's mtime
   * @throws FsException EOPNOTSUPP for a file whose content is in the tree, or that has no backing
   *     path, or a digest other than SHA-256; EINVAL, ENAMETOOLONG, E2BIG or EFBIG for a value that
   *     is out of range
   * @throws IOException what the stream throws
   */
  public static void write(Tree tree, @Nullable Instant changeTime, OutputStream out)
      throws IOException {
    DescriptorWriter writer = new DescriptorWriter(tree, changeTime);
    writer.number();
    writer.fillVariableData();
    writer.emit(out);
  }

  private void number() {
    entries[0] = tree.root();
    int count = 1;
    for (int i = 0; i < count; i++) {
      Entry entry = entries[i];
      if (entry instanceof Node node) {
        indexes[node.id()] = i;
      }
      names[entry.node().id()]++;
      if (entry instanceof Directory directory) {
        for (int number = 0; number < directory.entryCount(); number++) {
          entries[count++] = directory.entry(number);
        }
      }
    }
  }

  private void fillVariableData() throws FsException {
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] instanceof Node node) {
        check(node);
        payloads[i] = addPayload(node);
        Digest digest = digest(node);
        if (digest != null) {
          digests[i] = share(ByteString.copyOf(digest.toByteArray()), false);
        }
      }
    }
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] instanceof Node node && !node.xattrs().isEmpty()) {
        xattrs[i] = share(encodeXattrs(node), true);
      }
    }
  }

  private void check(Node node) throws FsException {
    if (Integer.compareUnsigned(node.mtimeNanos(), NANOS_MAX) > 0) {
      throw refused(
          Errno.EINVAL,
          node,
          "nanoseconds are %s, expected at most %d"
              .formatted(Integer.toUnsignedString(node.mtimeNanos()), NANOS_MAX));
    }
    if (node.size() < 0) {
      throw refused(
          Errno.EFBIG,
          node,
          "size is %s, expected at most %d"
              .formatted(Long.toUnsignedString(node.size()), Long.MAX_VALUE));
    }
    if (node.xattrs().count() > XattrLayout.COUNT_MAX) {
      throw refused(
          Errno.E2BIG,
          node,
          "found %d xattrs, expected at most %d"
              .formatted(node.xattrs().count(), XattrLayout.COUNT_MAX));
    }
  }

  /**
   * Adds the entries of a directory, the path of a file or the target of a link, if there is one.
   */
  private long addPayload(Node node) throws FsException {
    return switch (node) {
      case Directory directory -> {
        if (directory.entryCount() == 0) {
          yield 0;
        }
        ByteString chunk = encodeEntries(directory);
        yield reference(variableData.addOwn(chunk), chunk);
      }
      case ExternalFile file -> file.size() == 0 ? 0 : sharePath(file, file.path());
      case Symlink link -> sharePath(link, link.target());
      case InlineFile file ->
          throw refused(
              Errno.EOPNOTSUPP,
              file,
              "content is in the image, expected it in an object: a descriptor holds none");
      case EmptyFile file -> 0;
      case Device device -> 0;
      case Fifo fifo -> 0;
      case Socket socket -> 0;
    };
  }

  private @Nullable Digest digest(Node node) throws FsException {
    Digest digest =
        switch (node) {
          case ExternalFile file -> file.digest();
          case EmptyFile file -> file.digest();
          case Directory _, InlineFile _, Symlink _, Device _, Fifo _, Socket _ -> null;
        };
    if (digest != null && digest.algorithm() != HashAlgorithm.SHA256) {
      throw refused(
          Errno.EOPNOTSUPP,
          node,
          "digest is of %s, expected %s".formatted(digest.algorithm(), HashAlgorithm.SHA256));
    }
    return digest;
  }

  private long sharePath(Node node, @Nullable ByteString path) throws FsException {
    if (path == null) {
      throw refused(
          Errno.EOPNOTSUPP, node, "no backing path is known, expected one as there is a size");
    }
    if (path.length() > PAYLOAD_MAX) {
      throw refused(
          Errno.ENAMETOOLONG,
          node,
          "path has %d bytes, expected at most %d".formatted(path.length(), PAYLOAD_MAX));
    }
    if (path.indexOf((byte) 0) >= 0) {
      throw refused(Errno.EINVAL, node, "path is '%s', expected no NUL".formatted(path));
    }
    return share(path, false);
  }

  private ByteString encodeEntries(Directory directory) throws FsException {
    int count = directory.entryCount();
    long size = DirectoryLayout.ENTRIES_AT + (long) count * DirectoryLayout.ENTRY_SIZE;
    for (int i = 0; i < count; i++) {
      size += directory.name(i).length();
    }
    if (size > VariableData.MAX) {
      throw refused(
          Errno.EFBIG,
          directory,
          "entries take %d bytes, expected at most %d".formatted(size, VariableData.MAX));
    }
    ByteBuffer chunk = ByteBuffer.allocate((int) size).order(LITTLE_ENDIAN);
    chunk.putInt(DirectoryLayout.COUNT_AT, count);
    int entry = DirectoryLayout.ENTRIES_AT;
    int names = entry + count * DirectoryLayout.ENTRY_SIZE;
    int nameOffset = 0;
    for (int i = 0; i < count; i++) {
      Node node = directory.node(i);
      ByteString name = directory.name(i);
      chunk
          .putInt(entry + DirectoryLayout.INDEX_AT, indexes[node.id()])
          .putInt(entry + DirectoryLayout.NAME_OFFSET_AT, nameOffset)
          .put(entry + DirectoryLayout.NAME_LENGTH_AT, (byte) name.length())
          .put(entry + DirectoryLayout.TYPE_AT, (byte) node.type().direntType())
          .put(names + nameOffset, name.toByteArray());
      entry += DirectoryLayout.ENTRY_SIZE;
      nameOffset += name.length();
    }
    return ByteString.copyOf(chunk.array());
  }

  private ByteString encodeXattrs(Node node) throws FsException {
    Xattrs xattrs = node.xattrs();
    long size = XattrLayout.ELEMENTS_AT + (long) xattrs.count() * XattrLayout.ELEMENT_SIZE;
    for (int i = 0; i < xattrs.count(); i++) {
      size += xattrs.key(i).length() + xattrs.value(i).length();
    }
    if (size > VariableData.MAX) {
      throw refused(
          Errno.E2BIG,
          node,
          "xattrs take %d bytes, expected at most %d".formatted(size, VariableData.MAX));
    }
    ByteBuffer chunk = ByteBuffer.allocate((int) size).order(LITTLE_ENDIAN);
    chunk.putShort((short) xattrs.count());
    for (int i = 0; i < xattrs.count(); i++) {
      chunk.putShort((short) xattrs.key(i).length()).putShort((short) xattrs.value(i).length());
    }
    for (int i = 0; i < xattrs.count(); i++) {
      chunk.put(xattrs.key(i).toByteArray()).put(xattrs.value(i).toByteArray());
    }
    return ByteString.copyOf(chunk.array());
  }

  private long share(ByteString item, boolean aligned) throws FsException {
    return reference(variableData.share(item, aligned), item);
  }

  private static long reference(int offset, ByteString item) {
    return (long) offset << Integer.SIZE | item.length();
  }

  private void emit(OutputStream out) throws IOException {
    ByteBuffer superblock = ByteBuffer.allocate(SuperblockLayout.SIZE).order(LITTLE_ENDIAN);
    superblock
        .putInt(SuperblockLayout.VERSION_AT, SuperblockLayout.VERSION)
        .putInt(SuperblockLayout.MAGIC_AT, SuperblockLayout.MAGIC)
        .putLong(
            SuperblockLayout.VARIABLE_DATA_AT,
            InodeLayout.TABLE_AT + (long) entries.length * InodeLayout.SIZE);
    out.write(superblock.array());
    for (int i = 0; i < entries.length; i++) {
      ByteBuffer record = ByteBuffer.allocate(InodeLayout.SIZE).order(LITTLE_ENDIAN);
      switch (entries[i]) {
        case Node node -> encode(node, i, record);
        case HardLink link -> record.putInt(InodeLayout.NLINK_AT, 1);
      }
      out.write(record.array());
    }
    variableData.writeTo(out);
  }

  private void encode(Node node, int index, ByteBuffer record) {
    record
        .putInt(InodeLayout.MODE_AT, node.mode())
        .putInt(InodeLayout.NLINK_AT, nlink(node))
        .putInt(InodeLayout.UID_AT, node.uid())
        .putInt(InodeLayout.GID_AT, node.gid())
        .putInt(InodeLayout.RDEV_AT, node instanceof Device device ? device.rdev() : 0)
        .putLong(InodeLayout.FILE_SIZE_AT, node.size())
        .putLong(InodeLayout.MTIME_AT, node.mtimeSeconds())
        .putInt(InodeLayout.MTIME_NANOS_AT, node.mtimeNanos())
        .putLong(
            InodeLayout.CTIME_AT,
            changeTime == null ? node.mtimeSeconds() : changeTime.getEpochSecond())
        .putInt(
            InodeLayout.CTIME_NANOS_AT,
            changeTime == null ? node.mtimeNanos() : changeTime.getNano());
    putReference(record, InodeLayout.VARIABLE_DATA_AT, payloads[index]);
    putReference(record, InodeLayout.XATTRS_AT, xattrs[index]);
    putReference(record, InodeLayout.DIGEST_AT, digests[index]);
  }

  private int nlink(Node node) {
    if (!(node instanceof Directory directory)) {
      return names[node.id()];
    }
    int nlink = 2;
    for (int i = 0; i < directory.entryCount(); i++) {
      if (directory.entry(i) instanceof Directory) {
        nlink++;
      }
    }
    return nlink;
  }

  private static void putReference(ByteBuffer record, int at, long reference) {
    record
        .putLong(at + ReferenceLayout.OFFSET_AT, reference >>> Integer.SIZE)
        .putInt(at + ReferenceLayout.LENGTH_AT, (int) reference);
  }

  private FsException refused(Errno errno, Node node, String reason) {
    return new FsException(errno, "%s: %s".formatted(pathOf(node), reason));
  }

  /** One name of the node; nodes do not know theirs. */
  private String pathOf(Node node) {
    List<ByteString> path = new ArrayList<>();
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      path.subList(walk.depth(), path.size()).clear();
      path.add(walk.name());
      if (walk.node().id() == node.id()) {
        return path.stream().map(ByteString::toString).collect(joining("/", "/", ""));
      }
    }
    return "/";
  }
}
