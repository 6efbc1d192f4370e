package dev.jcomposefs.cli.convert;

import dev.jcomposefs.cli.source.TreeSource;
import dev.jcomposefs.cli.source.TreeSource.Form;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a tree a target has no place for, beyond what its writer refuses.
 *
 * <p>Not told: sizes and link counts of directories, which every format makes up anew.
 */
final class Losses {
  private final Target target;
  private final int[] names;
  private long emptyFileDigests;
  private long whiteouts;
  private long linkCounts;
  private long fractions;

  private Losses(Tree tree, Target target) {
    this.target = target;
    this.names = new int[tree.nodeCount()];
  }

  /** A line for each kind of thing that gets lost. */
  static List<String> of(TreeSource source, Target target) {
    Losses losses = new Losses(source.tree(), target);
    losses.look(source.tree().root());
    for (TreeWalk walk = source.tree().walk(); walk.next(); ) {
      losses.names[walk.node().id()]++;
    }
    for (TreeWalk walk = source.tree().walk(); walk.next(); ) {
      if (!walk.isLink()) {
        losses.look(walk.node());
      }
    }
    return losses.describe(source.form());
  }

  private void look(Node node) {
    if (node.mtimeNanos() != 0) {
      fractions++;
    }
    if (node instanceof EmptyFile file && file.digest() != null) {
      emptyFileDigests++;
    }
    if (node instanceof Device device && device.isWhiteout()) {
      whiteouts++;
    }
    if (!(node instanceof Directory) && node.nlink() != names[node.id()]) {
      linkCounts++;
    }
  }

  private List<String> describe(Form source) {
    List<String> lines = new ArrayList<>();
    boolean toDescriptor = target == Target.DESCRIPTOR;
    boolean countsLinks = toDescriptor || target == Target.EROFS_V2;
    if (source == Form.DESCRIPTOR) {
      lines.add(
          toDescriptor
              ? "every change time becomes the modification time"
              : "has no place for change times");
    }
    if (emptyFileDigests > 0 && !toDescriptor) {
      lines.add("has no place for the digests of %d empty files".formatted(emptyFileDigests));
    }
    if (linkCounts > 0 && countsLinks) {
      lines.add(
          "the link counts of %d files become the numbers of their names".formatted(linkCounts));
    }
    if (fractions > 0 && target == Target.EROFS_V2) {
      lines.add("has no place for the nanoseconds of %d modification times".formatted(fractions));
    }
    if (whiteouts > 0 && toDescriptor) {
      lines.add(
          "%d whiteouts become character devices 0:0, which a mount shows".formatted(whiteouts));
    }
    return lines;
  }
}
