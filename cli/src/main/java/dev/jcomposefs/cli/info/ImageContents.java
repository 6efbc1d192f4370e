package dev.jcomposefs.cli.info;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts what can be reached from the root of an image, every inode once.
 *
 * <p>The image is untrusted: directories that contain each other are counted once, and nothing
 * grows beyond what the image has room for.
 */
final class ImageContents {
  private final MetadataImage image;
  private final Set<Long> seen = new HashSet<>();
  private final Deque<Long> pending = new ArrayDeque<>();
  private final Map<FileType, Long> inodes = new EnumMap<>(FileType.class);
  private final Map<ByteString, Long> objects = new HashMap<>();
  private final Inode inode = new Inode();
  private long names;
  private long contentBytes;
  private long inlineFiles;
  private long unverifiableFiles;

  private ImageContents(MetadataImage image) {
    this.image = image;
  }

  static ImageContents of(MetadataImage image) throws FsException {
    ImageContents contents = new ImageContents(image);
    contents.reach(image.root());
    while (!contents.pending.isEmpty()) {
      contents.visit(contents.pending.pop());
    }
    return contents;
  }

  private void reach(long id) {
    if (seen.add(id)) {
      pending.push(id);
    }
  }

  private void visit(long id) throws FsException {
    image.inode(id, inode);
    FileType type = inode.type();
    inodes.merge(type, 1L, Long::sum);
    if (type == FileType.DIRECTORY) {
      image.list(
          id, 0, (cookie, child, childType, text, at, length) -> entry(child, text, at, length));
    } else if (type == FileType.REGULAR) {
      contentBytes = Math.addExact(contentBytes, inode.size());
      switch (image.content(id)) {
        case Content.Inline inline -> inlineFiles += inline.bytes().byteSize() > 0 ? 1 : 0;
        case Content.Backed backed -> backed(backed);
      }
    }
  }

  private boolean entry(long child, MemorySegment text, long at, int length) {
    boolean isDot = length == 1 && byteAt(text, at) == '.';
    boolean isDotDot = length == 2 && byteAt(text, at) == '.' && byteAt(text, at + 1) == '.';
    if (!isDot && !isDotDot) {
      names++;
      reach(child);
    }
    return true;
  }

  private static byte byteAt(MemorySegment text, long at) {
    return text.get(ValueLayout.JAVA_BYTE, at);
  }

  private void backed(Content.Backed backed) {
    if (backed.digest() == null) {
      unverifiableFiles++;
    }
    if (backed.path() != null) {
      objects.put(backed.path(), backed.size());
    }
  }

  /** Inodes of a type. */
  long inodes(FileType type) {
    return inodes.getOrDefault(type, 0L);
  }

  /** Names below the root; more than inodes where there are hard links. */
  long names() {
    return names;
  }

  /** Bytes of all regular files, each inode once. */
  long contentBytes() {
    return contentBytes;
  }

  /** Regular files with content in the image itself. */
  long inlineFiles() {
    return inlineFiles;
  }

  /** Regular files whose object has no digest in the image, so that nobody can verify it. */
  long unverifiableFiles() {
    return unverifiableFiles;
  }

  /** Different objects. */
  long objects() {
    return objects.size();
  }

  /** Bytes of all different objects. */
  long objectBytes() {
    return objects.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
  }
}
