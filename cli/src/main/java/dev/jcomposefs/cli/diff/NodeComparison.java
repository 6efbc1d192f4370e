package dev.jcomposefs.cli.diff;

import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What differs between two inodes. Sizes and link counts of directories follow from the rest. */
final class NodeComparison {
  private static final int PERMISSIONS = 07777;

  private NodeComparison() {}

  /**
   * Whether something else would be read. Of two files whose content is outside the images, the
   * digests say so, or the paths where one has no digest.
   */
  static boolean contentDiffers(Node before, Node after) {
    return switch (before) {
      case EmptyFile _ -> !(after instanceof EmptyFile);
      case InlineFile file ->
          !(after instanceof InlineFile other) || !file.content().equals(other.content());
      case ExternalFile file ->
          !(after instanceof ExternalFile other) || contentDiffers(file, other);
      case Symlink link ->
          !(after instanceof Symlink other) || !link.target().equals(other.target());
      case Device device ->
          after.type() != device.type() || ((Device) after).rdev() != device.rdev();
      case Directory _, Fifo _, Socket _ -> before.type() != after.type();
    };
  }

  private static boolean contentDiffers(ExternalFile before, ExternalFile after) {
    if (before.size() != after.size()) {
      return true;
    }
    boolean bothKnown = before.digest() != null && after.digest() != null;
    return bothKnown
        ? !Objects.equals(before.digest(), after.digest())
        : !Objects.equals(before.path(), after.path());
  }

  static List<String> differingMetadata(Node before, Node after) {
    List<String> differing = new ArrayList<>(0);
    if (before.type() != after.type()) {
      differing.add("type");
    }
    if ((before.mode() & PERMISSIONS) != (after.mode() & PERMISSIONS)) {
      differing.add("mode");
    }
    if (before.uid() != after.uid()) {
      differing.add("uid");
    }
    if (before.gid() != after.gid()) {
      differing.add("gid");
    }
    if (before.mtimeSeconds() != after.mtimeSeconds()
        || before.mtimeNanos() != after.mtimeNanos()) {
      differing.add("mtime");
    }
    if (!before.xattrs().equals(after.xattrs())) {
      differing.add("xattrs");
    }
    if (!(before instanceof Directory)
        && before.type() == after.type()
        && before.nlink() != after.nlink()) {
      differing.add("nlink");
    }
    if (placeDiffers(before, after)) {
      differing.add("object");
    }
    return differing;
  }

  /** Whether the same content is to be found elsewhere, or in another way. */
  private static boolean placeDiffers(Node before, Node after) {
    return before instanceof ExternalFile file
        && after instanceof ExternalFile other
        && !contentDiffers(file, other)
        && (!Objects.equals(file.path(), other.path())
            || !Objects.equals(file.digest(), other.digest()));
  }
}
