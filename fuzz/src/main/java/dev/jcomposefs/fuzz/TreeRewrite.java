package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.dump.DumpWriter;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Writes a tree that came out of hostile bytes, as a dump and an image, and reads back what was
 * written. Whatever a reader lets pass must be something that a writer takes or refuses with a
 * typed error, and what we wrote we must be able to read.
 */
final class TreeRewrite {
  private TreeRewrite() {}

  /**
   * @param data what the tree was read from; decides the version of the image, since all three
   *     would take three times as long
   */
  static void of(Tree tree, byte[] data) {
    try {
      dump(tree);
      image(tree, ErofsVersion.of(Math.floorMod(Arrays.hashCode(data), 3)));
    } catch (IOException e) {
      throw new UncheckedIOException("found no way back from what was written", e);
    }
  }

  private static void image(Tree tree, ErofsVersion version) throws IOException {
    byte[] image;
    try {
      image = write(tree, version);
    } catch (FsException e) {
      return;
    }
    ErofsImage opened = ErofsImage.open(MemorySegment.ofArray(image), "rewritten");
    EveryRead.of(opened);
    Tree again = opened.toTree();
    check(again.nodeCount() == tree.nodeCount(), "nodes of a rewritten image");
    dump(again);
  }

  private static byte[] write(Tree tree, ErofsVersion version) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(tree, version, HashAlgorithm.SHA256, out);
    return out.toByteArray();
  }

  /** The text may be refused, as xattrs can be too long for it; if not, it says all there is. */
  private static void dump(Tree tree) throws IOException {
    byte[] dump = text(tree);
    Tree again;
    try {
      again = DumpReader.read(new ByteArrayInputStream(dump), "rewritten", DumpMode.COMPATIBLE);
    } catch (FsException e) {
      return;
    }
    check(Arrays.equals(text(again), dump), "dump of a dump");
  }

  private static byte[] text(Tree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DumpWriter.write(tree, out);
    return out.toByteArray();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + ": not what was written");
    }
  }
}
