package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cli.mount.MountService;
import dev.jcomposefs.cli.terminal.ErrorText;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * {@code composefs-fuse}: serves an image through FUSE.
 *
 * <p>Unlike the C program, which serves what it finds, this one checks every file whose digest the
 * image names, and shows all extended attributes, not those of users only.
 */
final class ComposefsFuse implements Program {
  static final String NAME = MountOptions.COMPOSEFS_FUSE;

  private static final String OPTIONS =
      """

          -h, --help             print this, and end
          -V, --version          print the version, and end
          -f                     stay in the foreground
          -d, -o debug           the same
          -s                     accepted, without effect
          -o source=IMAGE        the image file
          -o basedir=DIR         where the objects are
          -o noacl               show no POSIX ACLs
          -o OPTION[,OPTION...]  as of jcfs-mount(1): digest, verity, noverity, allow_other, ...
      """;

  @Override
  public void run(Invocation invocation) throws ProgramFailure, IOException, InterruptedException {
    ComposefsFuseOptions options = ComposefsFuseOptions.parse(invocation.arguments());
    switch (options.request()) {
      case HELP -> {
        print(
            invocation.out(),
            "usage: %s [options] <file> <mountpoint>\n%s"
                .formatted(invocation.invokedAs(), OPTIONS));
        return;
      }
      case VERSION -> {
        String version = ComposefsFuse.class.getPackage().getImplementationVersion();
        print(invocation.out(), "jcomposefs %s\n".formatted(version == null ? "(none)" : version));
        return;
      }
      case SERVE -> {}
    }
    String mountPoint = options.mountPoint();
    if (mountPoint == null) {
      String name = invocation.invokedAs();
      print(
          invocation.out(),
          "usage: %s [options] <mountpoint>\n       %s --help\n".formatted(name, name));
      throw new ProgramFailure("");
    }
    serve(mountPoint, options);
  }

  private static void serve(String mountPoint, ComposefsFuseOptions options)
      throws ProgramFailure, InterruptedException {
    String source = options.source();
    String base = options.baseDirectory();
    if (source == null || !opens(source, 0)) {
      // the word is what the C library prints for none
      throw failure("Failed to open %s\n".formatted(source == null ? "(null)" : source));
    }
    if (base == null || !opens(base, OpenFlags.DIRECTORY)) {
      checkIsImage(source);
      throw failure("Failed to open basedir  %s\n".formatted(base == null ? "(null)" : base));
    }
    MountOptions wanted = options.mount().withBaseDirectories(Path.of(base));
    try {
      MountService.serve(Path.of(source), Path.of(mountPoint), wanted, options.foreground(), null);
    } catch (CorruptImageException | UnsupportedImageException e) {
      checkIsImage(source);
      throw failure(ErrorText.of(e));
    } catch (IOException e) {
      throw failure(ErrorText.of(e));
    }
  }

  private static boolean opens(String path, int flags) {
    try {
      LinuxFiles.open(Path.of(path), OpenFlags.PATH | flags).close();
      return true;
    } catch (FsException e) {
      return false;
    }
  }

  /** Finds the C program's words for a file that is no image, if it has some. */
  private static void checkIsImage(String path) throws ProgramFailure {
    ImageBeginning beginning;
    try (Fd file =
        LinuxFiles.open(
            Path.of(path), OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK | OpenFlags.NO_CTTY)) {
      beginning = ImageBeginning.read(file, path);
    } catch (FsException e) {
      return;
    }
    switch (beginning) {
      case TOO_SMALL -> throw failure("Too small image\n");
      case NO_COMPOSEFS -> throw failure("Wrong cfs magic");
      case NO_EROFS -> throw failure("Wrong erofs magic");
      case IMAGE -> {}
    }
  }

  private static void print(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ProgramFailure failure(String text) {
    return new ProgramFailure("%s: %s\n".formatted(NAME, text));
  }
}
