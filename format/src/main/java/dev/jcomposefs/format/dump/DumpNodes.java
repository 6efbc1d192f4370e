package dev.jcomposefs.format.dump;

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
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Makes the node of a line from everything but its path. Checks in the order of the C tool, since a
 * line can be wrong in several ways and only the first is reported. Not thread-safe.
 */
final class DumpNodes {
  /** PATH_MAX of Linux, the zero byte included. */
  private static final int PATH_MAX = 4096;

  private final DumpLine line;
  private final boolean strict;
  private final DumpXattrs xattrs;

  DumpNodes(DumpLine line, DumpMode mode) {
    this.line = line;
    this.strict = mode == DumpMode.STRICT;
    this.xattrs = new DumpXattrs(line);
  }

  /** Whether the line stands for a hard link: the only mark is in the MODE field. */
  boolean isHardLink() {
    int at = line.from(DumpLine.MODE);
    return at < line.to(DumpLine.MODE) && line.bytes()[at] == '@';
  }

  /** The MODE field: 16 bits with a valid type. */
  int readMode() throws DumpFormatException {
    int from = line.from(DumpLine.MODE) + (isHardLink() ? 1 : 0);
    int mode = (int) DumpNumbers.parse(line, from, line.to(DumpLine.MODE), 8);
    if (FileType.ofMode(mode) == null) {
      throw line.error("Invalid mode " + Integer.toOctalString(mode));
    }
    return mode & 0xffff;
  }

  Node read(int mode) throws DumpFormatException {
    FileType type = FileType.ofMode(mode);
    if (type == null) {
      throw new IllegalArgumentException("mode %o has no valid type".formatted(mode));
    }
    long size = DumpNumbers.decimal(line, DumpLine.SIZE);
    int nlink = (int) DumpNumbers.decimal(line, DumpLine.NLINK);
    int uid = (int) DumpNumbers.decimal(line, DumpLine.UID);
    int gid = (int) DumpNumbers.decimal(line, DumpLine.GID);
    int rdev = (int) DumpNumbers.decimal(line, DumpLine.RDEV);
    if (strict && rdev != 0 && !type.isDevice()) {
      throw line.error("Non-zero devnum on non-device");
    }
    int dot = line.from(DumpLine.MTIME);
    int end = line.to(DumpLine.MTIME);
    while (dot < end && line.bytes()[dot] != '.') {
      dot++;
    }
    long seconds = DumpNumbers.parse(line, line.from(DumpLine.MTIME), dot, 10);
    int nanos = (int) DumpNumbers.parse(line, Math.min(dot + 1, end), end, 10);

    ByteString payload = readPayload();
    ByteString content = readContent(size);
    if (type == FileType.SYMLINK) {
      checkSymlink(payload, content, size);
      size = payload.length();
    } else if (payload.length() >= PATH_MAX) {
      throw line.error("Invalid payload");
    } else if (content.length() > InlineFile.MAX_CONTENT) {
      throw line.error(
          "Inline content size %d exceeds maximum %d"
              .formatted(content.length(), InlineFile.MAX_CONTENT));
    }
    boolean external = type == FileType.REGULAR && content.isEmpty() && size != 0;
    Digest digest = external ? readDigest() : null;

    Metadata metadata = new Metadata(mode, nlink, uid, gid, size, seconds, nanos, xattrs.read());
    return switch (type) {
      case DIRECTORY -> new Directory(metadata);
      case REGULAR -> {
        if (external) {
          yield new ExternalFile(metadata, payload, digest);
        }
        yield content.isEmpty() ? new EmptyFile(metadata) : new InlineFile(metadata, content);
      }
      case SYMLINK -> new Symlink(metadata, payload);
      case CHARACTER_DEVICE, BLOCK_DEVICE -> new Device(metadata, rdev);
      case FIFO -> new Fifo(metadata);
      case SOCKET -> new Socket(metadata);
    };
  }

  /** The PAYLOAD field; empty also when it is not set, which means the same for every node. */
  private ByteString readPayload() throws DumpFormatException {
    return line.isUnset(DumpLine.PAYLOAD) ? ByteString.EMPTY : line.readString(DumpLine.PAYLOAD);
  }

  /** The CONTENT field; empty also when it is not set. */
  private ByteString readContent(long size) throws DumpFormatException {
    if (line.isUnset(DumpLine.CONTENT)) {
      return ByteString.EMPTY;
    }
    int length = line.unescape(DumpLine.CONTENT);
    if (length != size) {
      throw line.error(
          "Invalid content size %d, must match size %s"
              .formatted(length, Long.toUnsignedString(size)));
    }
    return ByteString.copyOf(line.unescaped(), 0, length);
  }

  private void checkSymlink(ByteString target, ByteString content, long size)
      throws DumpFormatException {
    if (target.isEmpty() || target.length() >= PATH_MAX) {
      throw line.error("Invalid symlink");
    }
    if (strict && target.length() != size) {
      throw line.error(
          "Invalid symlink size %d, must match size %s"
              .formatted(target.length(), Long.toUnsignedString(size)));
    }
    if (strict && !content.isEmpty()) {
      throw line.error("Symlink cannot have content");
    }
  }

  private @Nullable Digest readDigest() throws DumpFormatException {
    if (line.isUnset(DumpLine.DIGEST)) {
      return null;
    }
    int from = line.from(DumpLine.DIGEST);
    int digits = line.to(DumpLine.DIGEST) - from;
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (digits == 2 * algorithm.digestSize()) {
        byte[] digest = new byte[algorithm.digestSize()];
        for (int i = 0; i < digest.length; i++) {
          int high = DumpLine.hexDigit(line.bytes()[from + 2 * i]);
          int low = DumpLine.hexDigit(line.bytes()[from + 2 * i + 1]);
          if (high < 0 || low < 0) {
            throw invalidDigest();
          }
          digest[i] = (byte) (high << 4 | low);
        }
        return Digest.of(algorithm, digest);
      }
    }
    throw invalidDigest();
  }

  private DumpFormatException invalidDigest() {
    return line.error("Invalid digest " + line.text(DumpLine.DIGEST));
  }
}
