package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cli.dropin.Getopt.Given;
import dev.jcomposefs.cli.dropin.Getopt.Option;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Command lines through the option parsers of the drop-in programs. Those are theirs alone, hence
 * this package.
 */
public final class CommandLineCheck {
  private static final List<Option> OPTIONS =
      List.of(
          new Option("basedir", true),
          new Option("base", false),
          new Option("filter", true),
          new Option("f", false),
          new Option("o", true));

  private CommandLineCheck() {}

  /**
   * @throws AssertionError if one of them breaks its promise
   */
  public static void run(List<String> words) {
    getopt(words);
    mkcomposefs(words);
    composefsFuse(words);
    for (String word : words) {
      mountComposefs(word);
      baseDirectories(word);
    }
  }

  /** No word is lost or made up. */
  private static void getopt(List<String> words) {
    Getopt options = new Getopt(OPTIONS, words);
    int found = 0;
    try {
      for (Given next = options.next(); next != null; next = options.next()) {
        found++;
        Given given = next;
        if (OPTIONS.stream().noneMatch(option -> option.name().equals(given.name()))) {
          throw new AssertionError("there is no option " + given.name());
        }
        if (words.stream().noneMatch(word -> word.endsWith(given.value()))) {
          throw new AssertionError("nobody gave the value " + given.value());
        }
      }
    } catch (BadOptionException e) {
      String said = e.getMessage();
      check(said != null && !said.isBlank(), "a refusal has no words");
      return;
    }
    List<String> left = new ArrayList<>(words);
    for (String operand : options.operands()) {
      check(left.contains(operand), "an operand was not given, or comes before its time");
      left = left.subList(left.indexOf(operand) + 1, left.size());
    }
    check(
        found > 0 || words.size() - options.operands().size() <= 1,
        "without options, only -- goes");
  }

  private static void mkcomposefs(List<String> words) {
    Invocation invocation =
        new Invocation(
            Mkcomposefs.NAME,
            words,
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            false,
            OutputStream.nullOutputStream(),
            Map.of());
    try {
      MkcomposefsOptions options = MkcomposefsOptions.read(invocation);
      check(words.contains(options.source()), "the source was not given");
      check(options.threads() > 0, "nobody is to work");
      String image = options.image();
      check(image == null ? options.printDigest() : words.contains(image), "the image is wrong");
    } catch (ProgramFailure e) {
      check(text(e).endsWith("\n"), "a refusal has no end");
    }
  }

  private static void composefsFuse(List<String> words) {
    try {
      ComposefsFuseOptions options = ComposefsFuseOptions.parse(words);
      String mountPoint = options.mountPoint();
      check(mountPoint == null || words.contains(mountPoint), "the mount point was not given");
    } catch (ProgramFailure e) {
      check(text(e).matches("(?s)(fuse|composefs-fuse): .*\n"), "a refusal of another shape");
    }
  }

  private static void mountComposefs(String text) {
    try {
      MountComposefsOptions options = MountComposefsOptions.parse(text);
      MountOptions fuse = options.forFuse(true);
      check(
          fuse.content().baseDirectories().equals(options.baseDirectories()),
          "objects are elsewhere");
      check(
          (options.forKernel().digest() == null) == (fuse.content().digest() == null),
          "the kernel's mount and ours differ in the image that is meant");
    } catch (ProgramFailure e) {
      check(text(e).matches("(?s)mount\\.composefs: .*\n\n"), "a refusal of another shape");
    } catch (FsException e) {
      check(e.errno() == Errno.EINVAL && text.contains("digest"), "refused for no reason");
    }
  }

  /** Any two names are two directories when they are escaped. */
  private static void baseDirectories(String name) {
    if (name.isEmpty() || name.indexOf(':') >= 0) {
      return;
    }
    String escaped = name.replace("\\", "\\\\").replace(",", "\\,");
    try {
      check(
          MountComposefsOptions.parse("basedir=%s:%s".formatted(escaped, escaped))
              .baseDirectories()
              .equals(List.of(Path.of(name), Path.of(name))),
          "an escaped name is another one");
    } catch (ProgramFailure e) {
      throw new AssertionError("an escaped name is none", e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static String text(ProgramFailure failure) {
    return new String(failure.text().toByteArray(), StandardCharsets.UTF_8);
  }
}
