package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cli.file.PendingFile;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import java.io.IOException;
import java.util.List;

/** {@code composefs-dump}: reads an image and writes it anew, in the same format version. */
final class ComposefsDump implements Program {
  static final String NAME = "composefs-dump";

  private static final String NO_VERSION = "Failed to get image version";

  @Override
  public void run(Invocation invocation) throws ProgramFailure, IOException {
    List<String> arguments = invocation.arguments();
    if (arguments.isEmpty()) {
      throw misuse(invocation, "No source path specified");
    }
    if (arguments.size() == 1) {
      throw misuse(invocation, "No destination path specified");
    }
    ErofsVersion version;
    Tree tree;
    String source = arguments.getFirst();
    try (StoredImage stored = StoredImage.open(NAME, source)) {
      if (!(stored.image(NO_VERSION) instanceof ErofsImage image)) {
        throw new ProgramFailure(
            "%s: %s '%s': %s\n".formatted(NAME, NO_VERSION, source, Errno.EINVAL.text()));
      }
      version = ErofsVersion.of(image.header().formatVersion());
      tree = stored.tree();
    }
    try (PendingFile file = open(arguments.get(1))) {
      write(tree, version, file);
    }
  }

  private static ProgramFailure misuse(Invocation invocation, String text) {
    return new ProgramFailure("%s\nusage: %s SRC DEST\n".formatted(text, invocation.invokedAs()));
  }

  private static PendingFile open(String path) throws ProgramFailure {
    try {
      return PendingFile.at(path);
    } catch (FsException e) {
      throw new ProgramFailure(
          "%s: failed to open '%s': %s\n".formatted(NAME, path, e.errno().text()), e);
    }
  }

  private static void write(Tree tree, ErofsVersion version, PendingFile file)
      throws ProgramFailure, IOException {
    try {
      ErofsWriter.write(tree, version, file.content());
      file.publish();
    } catch (FsException e) {
      throw new ProgramFailure("%s: cannot write file: %s\n".formatted(NAME, e.errno().text()), e);
    }
  }
}
