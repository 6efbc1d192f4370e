package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.image.WrongImageDigestException;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cli.dropin.Getopt.Given;
import dev.jcomposefs.cli.dropin.Getopt.Option;
import dev.jcomposefs.cli.mount.MountService;
import dev.jcomposefs.cli.terminal.ErrorText;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.kernel.ImageWithoutVerityException;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code mount.composefs}, the helper behind {@code mount -t composefs}: mounts through FUSE, or
 * with {@code driver=kernel} as the C tool does.
 *
 * <p>Unlike the C tool's mount the one through FUSE checks every file whose digest the image names,
 * and an image's digest without the kernel's fs-verity.
 */
final class MountComposefs implements Program {
  static final String NAME = "mount.composefs";

  /**
   * Beside the C tool's options those that mount(8) passes on: {@code -f} does everything but the
   * mount, the others change nothing here.
   */
  private static final List<Option> OPTIONS =
      List.of(
          new Option("t", true),
          new Option("o", true),
          new Option("h", false),
          new Option("f", false),
          new Option("n", false),
          new Option("s", false),
          new Option("v", false));

  @Override
  public void run(Invocation invocation) throws ProgramFailure, IOException, InterruptedException {
    String optionText = "";
    boolean fake = false;
    Getopt given = new Getopt(OPTIONS, invocation.arguments());
    try {
      for (Given option = given.next(); option != null; option = given.next()) {
        switch (option.name()) {
          case "h" -> {
            invocation.err().write(usage(invocation).getBytes(StandardCharsets.UTF_8));
            MountService.doneWithoutServer();
            return;
          }
          case "o" -> optionText = option.value();
          case "f" -> fake = true;
          case "t" -> checkType(option.value());
          default -> {}
        }
      }
    } catch (BadOptionException e) {
      throw misuse(invocation, NAME + ": " + e.getMessage());
    }
    List<String> operands = given.operands();
    if (operands.isEmpty()) {
      throw misuse(invocation, "No source path specified");
    }
    if (operands.size() == 1) {
      throw misuse(invocation, "No mount path specified");
    }
    MountComposefsOptions options = MountComposefsOptions.parse(optionText);
    if (options.baseDirectories().isEmpty()) {
      throw misuse(invocation, "No object dirs specified");
    }
    checkOpens(operands.get(0), options);
    if (fake) {
      MountService.doneWithoutServer();
    } else {
      mount(operands.get(0), operands.get(1), options);
    }
  }

  private static void checkType(String type) throws ProgramFailure {
    if (!type.equals("composefs")) {
      throw failure("Unsupported fs type '%s'".formatted(type));
    }
  }

  private static void checkOpens(String image, MountComposefsOptions options)
      throws ProgramFailure {
    checkOpens(Path.of(image), "");
    Path idMap = options.idMap();
    if (idMap != null) {
      checkOpens(idMap, "userns ");
    }
  }

  private static void mount(String image, String directory, MountComposefsOptions options)
      throws ProgramFailure, InterruptedException {
    try {
      if (options.byKernel()) {
        options.forKernel().mount(Path.of(image), Path.of(directory).toAbsolutePath());
        MountService.doneWithoutServer();
      } else {
        MountOptions wanted = options.forFuse(LinuxProcess.effectiveUserId() == 0);
        MountService.serve(Path.of(image), Path.of(directory), wanted, false, null);
      }
    } catch (IOException e) {
      throw failure("Failed to mount composefs %s: %s".formatted(image, reason(e)));
    }
  }

  private static void checkOpens(Path path, String what) throws ProgramFailure {
    try {
      LinuxFiles.open(path, OpenFlags.PATH).close();
    } catch (FsException e) {
      throw failure("Failed to open %s%s: %s".formatted(what, path, e.errno().text()));
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case ImageWithoutVerityException _ -> "Image has no fs-verity";
      case WrongImageDigestException _ -> "Image has wrong fs-verity";
      case CorruptImageException _ -> Errno.EINVAL.text();
      case FsException fs -> fs.errno().text();
      default -> ErrorText.of(e);
    };
  }

  private static String usage(Invocation invocation) {
    return "usage: %s [-t type] [-o opt[,opts..]] IMAGE MOUNTPOINT\n"
        .formatted(invocation.shortName());
  }

  private static ProgramFailure misuse(Invocation invocation, String text) {
    return new ProgramFailure(text + "\n" + usage(invocation));
  }

  /** The C tool's messages end with two line breaks. */
  static ProgramFailure failure(String text) {
    return new ProgramFailure("%s: %s\n\n".formatted(NAME, text));
  }
}
