package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code composefs-info measure-file}: the kernel's digest of a file that it protects, else one
 * computed here.
 *
 * <p>An empty file has the digest that the kernel gives it. The C tool computes another one, which
 * is a known defect of it.
 */
final class FileMeasurement {
  private FileMeasurement() {}

  /** Prints the digests line by line, up to the first file that fails. */
  static void printAll(List<String> files, OutputStream out) throws ProgramFailure, IOException {
    try (VerityMeasurer measurer = new VerityMeasurer(Runtime.getRuntime().availableProcessors())) {
      for (String file : files) {
        out.write((measure(file, measurer).toHex() + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static Digest measure(String path, VerityMeasurer measurer) throws ProgramFailure {
    // O_NONBLOCK: a fifo without a writer must not make it wait
    try (Fd file =
        LinuxFiles.open(
            Path.of(path), OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK | OpenFlags.NO_CTTY)) {
      return measure(file, path, measurer);
    } catch (FsException e) {
      throw failure(path, e.errno(), e);
    } catch (IOException e) {
      throw failure(path, Errno.EIO, e); // it changed meanwhile
    }
  }

  private static Digest measure(Fd file, String path, VerityMeasurer measurer) throws IOException {
    FileStat stat = LinuxFiles.stat(file);
    if (!stat.isRegular()) {
      Errno errno = stat.type() == FileType.DIRECTORY ? Errno.EISDIR : Errno.EINVAL;
      throw new FsException(
          errno, "%s: found %s, expected regular file".formatted(path, stat.typeText()));
    }
    Digest kernel = stat.hasVerity() ? LinuxVerity.measure(file, path) : null;
    if (kernel != null && kernel.algorithm() != HashAlgorithm.SHA256) {
      throw new FsException(
          Errno.EOVERFLOW,
          "%s: digest is of %s, expected SHA-256".formatted(path, kernel.algorithm()));
    }
    return kernel != null
        ? kernel
        : measurer.measure(HashAlgorithm.SHA256, LinuxFiles.content(file, path), stat.size());
  }

  /** No line break at the end: so does the C tool. */
  private static ProgramFailure failure(String path, Errno errno, IOException e) {
    return new ProgramFailure("failed to measure '%s': %s".formatted(path, errno.text()), e);
  }
}
