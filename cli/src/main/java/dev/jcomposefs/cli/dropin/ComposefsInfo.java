package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cli.dropin.Getopt.Given;
import dev.jcomposefs.cli.dropin.Getopt.Option;
import dev.jcomposefs.cli.source.ObjectDirectory;
import dev.jcomposefs.format.dump.DumpWriter;
import dev.jcomposefs.format.dump.ListingWriter;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code composefs-info}: what is in images, and the digests of files. */
final class ComposefsInfo implements Program {
  static final String NAME = "composefs-info";

  private static final List<Option> OPTIONS =
      List.of(new Option("basedir", true), new Option("filter", true));

  /** Comes on stdout, with a line for each wrong option: a leftover in the C tool. */
  private static final byte[] STRAY_LINE = "Def\n".getBytes(StandardCharsets.US_ASCII);

  private final Set<ByteString> filter = new HashSet<>();
  private @Nullable String baseDirectory;

  @Override
  public void run(Invocation invocation) throws ProgramFailure, IOException {
    List<String> operands = readOptions(invocation);
    if (operands.isEmpty()) {
      throw misuse(invocation, "No command specified");
    }
    List<String> files = operands.subList(1, operands.size());
    switch (operands.getFirst()) {
      case "measure-file" -> {
        if (files.isEmpty()) {
          throw misuse(invocation, "No files specified");
        }
        FileMeasurement.printAll(files, invocation.out());
      }
      case "ls" ->
          eachImage(invocation, files, tree -> ListingWriter.write(tree, filter, invocation.out()));
      case "dump" ->
          eachImage(invocation, files, tree -> DumpWriter.write(tree, filter, invocation.out()));
      case "objects" -> objects(invocation, files, /* missingOnly= */ false);
      case "missing-objects" -> objects(invocation, files, /* missingOnly= */ true);
      default ->
          throw new ProgramFailure(
              "%s: Unknown command '%s'\n\n".formatted(NAME, operands.getFirst()));
    }
  }

  private List<String> readOptions(Invocation invocation) throws ProgramFailure, IOException {
    Getopt options = new Getopt(OPTIONS, invocation.arguments());
    try {
      for (Given given = options.next(); given != null; given = options.next()) {
        if (given.name().equals("basedir")) {
          baseDirectory = given.value();
        } else if (given.value().contains("/")) {
          throw new ProgramFailure(
              "%s: Filter must be a single name: %s: Success\n".formatted(NAME, given.value()));
        } else {
          filter.add(ByteString.utf8(given.value()));
        }
      }
    } catch (BadOptionException e) {
      invocation.out().write(STRAY_LINE);
      throw misuse(invocation, NAME + ": " + e.getMessage());
    }
    return options.operands();
  }

  private static ProgramFailure misuse(Invocation invocation, String text) {
    return new ProgramFailure(
        "%s\nusage: %s [--basedir=path] [ls|objects|dump|missing-objects|measure-file] IMAGES...\n"
            .formatted(text, invocation.invokedAs()));
  }

  /** What is done with each image in turn. */
  @FunctionalInterface
  private interface TreeAction {
    void accept(Tree tree) throws IOException;
  }

  private void eachImage(Invocation invocation, List<String> images, TreeAction action)
      throws ProgramFailure, IOException {
    if (images.isEmpty()) {
      throw misuse(invocation, "No image path specified");
    }
    try (ObjectDirectory _ = openBaseDirectory()) {
      for (String image : images) {
        action.accept(load(image));
      }
    }
  }

  private void objects(Invocation invocation, List<String> images, boolean missingOnly)
      throws ProgramFailure, IOException {
    if (images.isEmpty()) {
      throw misuse(invocation, "No image path specified");
    }
    try (ObjectDirectory base = openBaseDirectory()) {
      ObjectList objects = new ObjectList();
      for (String image : images) {
        objects.addAll(load(image), filter);
      }
      objects.write(object -> !missingOnly || base == null || !base.has(object), invocation.out());
    }
  }

  /** Fails also a command that has no use for it, as the C tool does. */
  private @Nullable ObjectDirectory openBaseDirectory() throws ProgramFailure {
    if (baseDirectory == null) {
      return null;
    }
    try {
      return ObjectDirectory.open(Path.of(baseDirectory));
    } catch (FsException e) {
      throw new ProgramFailure(
          "%s: Can't open basedir `%s`\n: %s\n".formatted(NAME, baseDirectory, e.errno().text()),
          e);
    }
  }

  private static Tree load(String image) throws ProgramFailure {
    try (StoredImage stored = StoredImage.open(NAME, image)) {
      return stored.tree();
    }
  }
}
