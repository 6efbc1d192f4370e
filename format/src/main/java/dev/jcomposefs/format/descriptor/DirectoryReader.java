package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.MetadataImage;
import java.lang.foreign.MemorySegment;

/**
 * Searches and lists directories.
 *
 * <p>{@code .} and {@code ..} are not stored. They come first in a listing, whatever sorts before
 * them, and every other entry has the position of its place in the chunk plus 2: the positions that
 * the kernel driver of the time gave out. A cookie is the position behind an entry.
 */
final class DirectoryReader {
  private static final int DOTS = 2;
  private static final MemorySegment DOT_DOT = ByteString.utf8("..").asSegment();

  private final ImageBytes bytes;
  private final InodeReader inodes;
  private final Parents parents;

  DirectoryReader(ImageBytes bytes, InodeReader inodes) {
    this.bytes = bytes;
    this.inodes = inodes;
    this.parents = new Parents(bytes, inodes);
  }

  /** As {@link MetadataImage#lookup}. */
  long lookup(long directory, MemorySegment names, long at, int length) throws FsException {
    DirectoryChunk chunk = chunk(directory);
    if (length < 1 || length > DirectoryLayout.NAME_MAX) {
      return MetadataImage.NOT_FOUND;
    }
    if (DirectoryChunk.isDotOrDotDot(names, at, length)) {
      return length == 1 ? directory : parents.of(directory);
    }
    long found = chunk.find(names, at, length);
    return found < 0 ? MetadataImage.NOT_FOUND : target(chunk, found);
  }

  /** As {@link MetadataImage#list}. */
  void list(long directory, long cookie, DirentSink sink) throws FsException {
    DirectoryChunk chunk = chunk(directory);
    if (cookie < 0 || cookie > chunk.count() + DOTS) {
      throw new FsException(
          Errno.EINVAL,
          "%s: directory %d never gave out the position %d"
              .formatted(bytes.source(), directory, cookie));
    }
    if (cookie < 1 && !sink.entry(1, directory, FileType.DIRECTORY, DOT_DOT, 0, 1)) {
      return;
    }
    if (cookie < DOTS
        && !sink.entry(DOTS, parents.of(directory), FileType.DIRECTORY, DOT_DOT, 0, 2)) {
      return;
    }
    for (long number = Math.max(cookie - DOTS, 0); number < chunk.count(); number++) {
      chunk.checkName(number);
      if (!sink.entry(
          number + 1 + DOTS,
          InodeReader.id(chunk.index(number)),
          chunk.type(number),
          bytes.segment(),
          chunk.nameAt(number),
          chunk.nameLength(number))) {
        return;
      }
    }
  }

  /** The entries of a directory. */
  DirectoryChunk chunk(long directory) throws FsException {
    return new DirectoryChunk(bytes, inodes, inodes.loadDirectory(directory));
  }

  /** The inode id that an entry names, of an inode that loads and is of the type that it says. */
  long target(DirectoryChunk chunk, long number) throws CorruptImageException {
    long id = InodeReader.id(chunk.index(number));
    FileType found = inodes.type(inodes.load(id));
    if (chunk.type(number) != found) {
      throw bytes.corrupt(
          chunk.entryAt(number) + DirectoryLayout.TYPE_AT,
          "entry type is %s, expected %s as the inode has",
          chunk.type(number),
          found);
    }
    return id;
  }
}
