package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.Entry;
import dev.jcomposefs.format.tree.HardLink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a dump into a tree, line by line: memory goes into the tree, not into the text. The package
 * description says what is accepted.
 */
public final class DumpReader {
  /** A hard link whose target is looked up when all lines are read: it may come later. */
  private record Unresolved(HardLink link, ByteString target, long line) {}

  private static final ByteString ROOT = ByteString.utf8("/");
  private static final ByteString DOT = ByteString.utf8(".");
  private static final ByteString DOT_DOT = ByteString.utf8("..");

  private final DumpLine line;
  private final DumpNodes nodes;
  private final TreeBuilder tree;
  private final DumpPaths paths;
  private final List<Unresolved> links = new ArrayList<>();

  private DumpReader(DumpLine line, DumpNodes nodes, Directory root) {
    this.line = line;
    this.nodes = nodes;
    this.tree = new TreeBuilder(root);
    this.paths = new DumpPaths(root);
  }

  /**
   * Reads to the end of {@code in}, which stays open.
   *
   * @param source what is read, for messages
   * @throws DumpFormatException for the first line that is wrong
   * @throws IOException if {@code in} fails
   */
  public static Tree read(InputStream in, String source, DumpMode mode) throws IOException {
    DumpLine line = new DumpLine(in, source);
    DumpNodes nodes = new DumpNodes(line, mode);
    if (!line.advance()) {
      throw line.error("No files in dump file");
    }
    DumpReader reader = new DumpReader(line, nodes, readRoot(line, nodes));
    while (line.advance()) {
      reader.readEntry();
    }
    if (mode == DumpMode.STRICT && !line.isTerminated()) {
      throw line.error("Missing trailing newline");
    }
    return reader.finish();
  }

  private static Directory readRoot(DumpLine line, DumpNodes nodes) throws DumpFormatException {
    ByteString path = readPath(line);
    int mode = nodes.readMode();
    if (!path.equals(ROOT)) {
      throw line.error("Root node not present");
    }
    if (FileType.ofMode(mode) != FileType.DIRECTORY) {
      throw line.error("Root must be a directory");
    }
    if (nodes.isHardLink()) {
      throw line.error("Directories can't be hardlinked");
    }
    return (Directory) nodes.read(mode);
  }

  private static ByteString readPath(DumpLine line) throws DumpFormatException {
    ByteString path = line.readString(DumpLine.PATH);
    if (path.isEmpty()) {
      throw line.error("Invalid empty path");
    }
    return path;
  }

  private void readEntry() throws FsException {
    ByteString path = readPath(line);
    int mode = nodes.readMode();
    if (path.equals(ROOT)) {
      throw line.error(
          FileType.ofMode(mode) == FileType.DIRECTORY
              ? "Can't have multiple roots"
              : "Root must be a directory");
    }
    Entry parent = paths.parent(path);
    if (parent == null) {
      throw line.error("Parent directory missing for " + DumpLine.text(path));
    }
    if (!(parent instanceof Directory directory)) {
      throw line.error("Parent must be a directory for " + DumpLine.text(path));
    }
    ByteString name = paths.name();
    if (name.equals(DOT) || name.equals(DOT_DOT)) {
      throw line.error("Invalid . or .. in path: " + DumpLine.text(path));
    }
    if (name.isEmpty() || name.length() > TreeBuilder.MAX_NAME || directory.find(name) != null) {
      throw line.error("Can't add child");
    }
    if (nodes.isHardLink()) {
      readLink(directory, name, mode);
    } else {
      tree.add(directory, name, nodes.read(mode));
    }
  }

  /** Of a hard link nothing but path, mode and target is looked at. */
  private void readLink(Directory directory, ByteString name, int mode) throws FsException {
    if (FileType.ofMode(mode) == FileType.DIRECTORY) {
      throw line.error("Directories can't be hardlinked");
    }
    if (line.isUnset(DumpLine.PAYLOAD)) {
      throw line.error("No target path for the hardlink");
    }
    ByteString target = line.readString(DumpLine.PAYLOAD);
    links.add(new Unresolved(tree.link(directory, name), target, line.number()));
  }

  private Tree finish() throws FsException {
    for (Unresolved unresolved : links) {
      Entry target = paths.find(unresolved.target());
      if (target == null) {
        throw line.errorAt(
            unresolved.line(),
            "No target at %s for hardlink".formatted(DumpLine.text(unresolved.target())));
      }
      if (target == unresolved.link()) {
        throw line.errorAt(
            unresolved.line(), "Self-referential hardlink " + DumpLine.text(unresolved.target()));
      }
      if (target instanceof Directory) {
        throw line.errorAt(unresolved.line(), "Directories can't be hardlinked");
      }
      unresolved.link().to(target);
    }
    try {
      return tree.build();
    } catch (FsException e) {
      // The C tool finds a circle only when it writes the image, and its words say so.
      throw e.errno() == Errno.ELOOP ? line.error("cannot write file: " + Errno.ELOOP.text()) : e;
    }
  }
}
