package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.scan.DirectoryScanner;
import dev.jcomposefs.cache.scan.ScanException;
import dev.jcomposefs.cache.scan.ScanProgress;
import dev.jcomposefs.cache.store.ObjectWriter;
import dev.jcomposefs.cache.store.StoreException;
import dev.jcomposefs.cli.file.DescriptorInput;
import dev.jcomposefs.cli.file.PendingFile;
import dev.jcomposefs.format.dump.DumpFormatException;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code mkcomposefs}: an image of a directory or of a dump.
 *
 * <p>Unlike the C tool's, the image appears when it is complete; a failed run leaves nothing
 * behind.
 */
final class Mkcomposefs implements Program {
  static final String NAME = "mkcomposefs";

  private static final HashAlgorithm ALGORITHM = HashAlgorithm.SHA256;
  private static final String STANDARD = "-";

  @Override
  public void run(Invocation invocation) throws ProgramFailure, IOException {
    MkcomposefsOptions options = MkcomposefsOptions.read(invocation);
    Digest digest = make(options, invocation);
    if (digest != null) {
      invocation.out().write((digest.toHex() + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * The output is opened first: where both are wrong, its error is the one to report.
   *
   * @return null if nobody wants to know it
   */
  private static @Nullable Digest make(MkcomposefsOptions options, Invocation invocation)
      throws ProgramFailure, IOException {
    String image = options.image();
    if (image == null) {
      return write(read(options, invocation), options, OutputStream.nullOutputStream());
    }
    if (image.equals(STANDARD)) {
      if (invocation.outIsTerminal()) {
        throw failure("stdout is a tty.  Refusing to use it", null);
      }
      return writeToStandard(read(options, invocation), options, invocation.out());
    }
    try (PendingFile file = open(image)) {
      Digest digest = write(read(options, invocation), options, file.content());
      file.publish();
      return digest;
    } catch (FsException e) {
      throw unwritable(e);
    }
  }

  private static PendingFile open(String image) throws ProgramFailure {
    try {
      return PendingFile.at(image);
    } catch (FsException e) {
      throw failure("failed to open output file: " + e.errno().text(), e);
    }
  }

  private static Tree read(MkcomposefsOptions options, Invocation invocation)
      throws ProgramFailure {
    return options.fromFile() ? readDump(options.source(), invocation) : scan(options);
  }

  private static Tree readDump(String source, Invocation invocation) throws ProgramFailure {
    DumpMode mode =
        invocation.environment().containsKey("CFS_PARSE_STRICT")
            ? DumpMode.STRICT
            : DumpMode.COMPATIBLE;
    try (InputStream in =
        source.equals(STANDARD) ? invocation.in() : DescriptorInput.open(Path.of(source))) {
      return DumpReader.read(in, source, mode);
    } catch (DumpFormatException e) {
      throw ProgramFailure.ofBytes("%s: %s\n".formatted(NAME, e.text()), e);
    } catch (IOException e) {
      throw failure("open `%s`: %s".formatted(source, reason(e)), e);
    }
  }

  private static Tree scan(MkcomposefsOptions options) throws ProgramFailure {
    Path source = Path.of(options.source());
    String store = options.store();
    if (options.hasXattrConflict()) {
      throw failure(
          "error accessing %s: %s".formatted(options.source(), Errno.EINVAL.text()), null);
    }
    try (VerityMeasurer measurer = new VerityMeasurer(options.threads());
        ObjectWriter objects =
            store == null ? null : ObjectWriter.open(Path.of(store), ALGORITHM, measurer)) {
      Tree tree =
          new DirectoryScanner(options.scanOptions(), measurer, objects, options.threads())
              .scan(source, ScanProgress.NONE);
      if (objects != null) {
        objects.flush();
      }
      return tree;
    } catch (StoreException e) {
      throw failure("cannot fill store: " + e.errno().text(), e);
    } catch (ScanException e) {
      // The C tool takes a file as source, and only finds out when it writes.
      throw e.errno() == Errno.ENOTDIR && e.path().equals(LinuxFiles.bytesOf(source))
          ? unwritable(e)
          : inaccessible(e);
    } catch (FsException e) {
      throw failure("error accessing %s: %s".formatted(options.source(), e.errno().text()), e);
    }
  }

  /** Whoever has stopped reading is not told so. */
  private static @Nullable Digest writeToStandard(
      Tree tree, MkcomposefsOptions options, OutputStream out) throws ProgramFailure, FsException {
    try {
      return write(tree, options, out);
    } catch (ProgramFailure e) {
      if (e.getCause() instanceof FsException cause && cause.errno() == Errno.EPIPE) {
        throw cause;
      }
      throw e;
    }
  }

  private static @Nullable Digest write(Tree tree, MkcomposefsOptions options, OutputStream out)
      throws ProgramFailure {
    try {
      ErofsVersion version = ErofsVersion.choose(options.minVersion(), options.maxVersion(), tree);
      if (options.printDigest()) {
        return ErofsWriter.write(tree, version, ALGORITHM, out);
      }
      ErofsWriter.write(tree, version, out);
      return null;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static ProgramFailure inaccessible(ScanException e) {
    String path = new String(e.path().toByteArray(), StandardCharsets.ISO_8859_1);
    return ProgramFailure.ofBytes(
        "%s: error accessing %s: %s\n".formatted(NAME, path, e.errno().text()), e);
  }

  private static ProgramFailure unwritable(IOException e) {
    return failure("cannot write file: " + reason(e), e);
  }

  private static String reason(IOException e) {
    return e instanceof FsException fs ? fs.errno().text() : Errno.EIO.text();
  }

  private static ProgramFailure failure(String text, @Nullable Throwable cause) {
    return new ProgramFailure("%s: %s\n".formatted(NAME, text), cause);
  }
}
