package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.ByteString;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that failed through no fault of who made it: the image is corrupt, an object is missing
 * or is not the one meant, or this program has a bug.
 *
 * @param time when, the last time
 * @param node which node id it was about
 * @param path one of the node's names from the root of the mount, or null when it was not looked
 *     for or not found
 * @param object the backing path in printable form, or null when no object was involved
 * @param errno what the caller was told
 * @param cause what was found and what was expected
 * @param times how often: the kernel asks again at once after some failures, and programs do
 */
public record Failure(
    Instant time,
    long node,
    @Nullable ByteString path,
    @Nullable String object,
    Errno errno,
    String cause,
    long times) {

  /** Whether another failure is this one once more. */
  boolean isRepeatedBy(Failure other) {
    return node == other.node
        && errno == other.errno
        && cause.equals(other.cause)
        && Objects.equals(object, other.object);
  }

  /** This one, and another that repeats it. */
  Failure with(Failure repeated) {
    return new Failure(
        repeated.time,
        node,
        path == null ? repeated.path : path,
        object,
        errno,
        cause,
        times + repeated.times);
  }

  /** One line for a log. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (path == null) {
      text.append("inode ").append(Long.toUnsignedString(node));
    } else {
      text.append(path);
    }
    if (object != null) {
      text.append(": object ").append(object);
    }
    return text.append(": ").append(cause).append(" (").append(errno).append(')').toString();
  }
}
