package dev.jcomposefs.fuse.mount;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.image.ImageFile;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of a process, each content in memory once, however many mounts have it. Thread-safe.
 *
 * <p>Every mount reads its file and checks the digest that it demands, as it would alone, and the
 * bytes are compared: of two that are the same one is kept.
 */
final class SharedImages {
  private static final class Copy {
    final ImageFile image;
    int users = 1;

    Copy(ImageFile image) {
      this.image = image;
    }

    boolean hasBytesOf(ImageFile other) {
      return image.bytes().byteSize() == other.bytes().byteSize()
          && image.bytes().mismatch(other.bytes()) < 0;
    }
  }

  @GuardedBy("this")
  private final List<Copy> copies = new ArrayList<>();

  /**
   * Reads an image file as {@link ImageFile#open} does, unless its bytes are here already.
   *
   * @return to be given back by {@link #release}; its name may be another file's
   */
  synchronized ImageFile open(Path path, @Nullable Digest expected) throws FsException {
    if (expected == null) {
      for (Copy copy : copies) {
        if (copy.image.hasBytesOf(path)) {
          copy.users++;
          return copy.image;
        }
      }
    }
    return share(ImageFile.open(path, expected));
  }

  /**
   * Finds one with the same bytes.
   *
   * @param fresh just read; closed if there is another
   * @return to be given back by {@link #release}; its name may be another file's
   */
  synchronized ImageFile share(ImageFile fresh) {
    for (Copy copy : copies) {
      if (copy.hasBytesOf(fresh)) {
        copy.users++;
        fresh.close();
        return copy.image;
      }
    }
    copies.add(new Copy(fresh));
    return fresh;
  }

  /**
   * Gives back what {@link #share} gave: the last one closes it.
   *
   * @throws java.util.NoSuchElementException if it was given back already
   */
  synchronized void release(ImageFile image) {
    Iterator<Copy> all = copies.iterator();
    Copy copy = all.next();
    while (copy.image != image) {
      copy = all.next();
    }
    copy.users--;
    if (copy.users == 0) {
      all.remove();
      image.close();
    }
  }
}
