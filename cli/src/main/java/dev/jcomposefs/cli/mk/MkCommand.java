package dev.jcomposefs.cli.mk;

import dev.jcomposefs.cache.scan.DirectoryScanner;
import dev.jcomposefs.cache.scan.ScanOptions;
import dev.jcomposefs.cache.scan.XattrSelection;
import dev.jcomposefs.cache.store.ObjectWriter;
import dev.jcomposefs.cli.file.PendingFile;
import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.UserException;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs mk}. */
@Command(
    name = "mk",
    description = {
      "Make an image of a directory.",
      "Files of more than 64 bytes are in the image by their digest only; a mount finds their"
          + " content in an object store, which --store fills."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jcfs mk --store objects /usr/share share.img",
      "  jcfs mk --print-digest --use-epoch --user-xattrs tree tree.img"
    })
public final class MkCommand extends JcfsCommand {
  private static final HashAlgorithm ALGORITHM = HashAlgorithm.SHA256;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Copy contents into this object store, unless they are there already.")
  private @Nullable Path store;

  @Option(
      names = "--format-version",
      paramLabel = "N",
      description =
          "Format version of the image, 0 to 2. Without it: 1 for a tree with whiteouts, else 0, as"
              + " mkcomposefs does.")
  private @Nullable Integer formatVersion;

  @ArgGroup private XattrChoice xattrs = new XattrChoice();

  /** At most one of them. */
  static final class XattrChoice {
    @Option(names = "--user-xattrs", description = "Store only xattrs that begin with 'user.'.")
    private boolean userOnly;

    @Option(names = "--skip-xattrs", description = "Store no xattrs.")
    private boolean none;

    XattrSelection selection() {
      if (none) {
        return XattrSelection.NONE;
      }
      return userOnly ? XattrSelection.USER_ONLY : XattrSelection.ALL;
    }
  }

  @Option(names = "--skip-devices", description = "Leave out device nodes, whiteouts among them.")
  private boolean skipDevices;

  @Option(names = "--use-epoch", description = "Set all times to 0.")
  private boolean useEpoch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many files to read at the same time; as many as there are processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--print-digest", description = "Print the fs-verity digest of the image.")
  private boolean printDigest;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "The directory.")
  private Path source;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "The file to make, or replace.")
  private Path image;

  @Override
  public Integer call() throws IOException {
    if (threads < 1) {
      throw misuse("--threads: found %d, expected 1 or more".formatted(threads));
    }
    if (formatVersion != null && (formatVersion < 0 || formatVersion > 2)) {
      throw misuse("--format-version: found %d, expected 0 to 2".formatted(formatVersion));
    }
    if (store != null) {
      checkOutside(store);
    }
    Tree tree = scan();
    Digest digest;
    try (PendingFile file = PendingFile.at(image)) {
      digest = ErofsWriter.write(tree, version(tree), ALGORITHM, file.content());
      file.publish();
    }
    if (printDigest) {
      out().println(digest.toHex());
    }
    return 0;
  }

  private Tree scan() throws IOException {
    ScanOptions options =
        new ScanOptions(ALGORITHM, xattrs.selection(), skipDevices, useEpoch, true);
    try (VerityMeasurer measurer = new VerityMeasurer(threads);
        ObjectWriter objects =
            store == null ? null : ObjectWriter.open(store, ALGORITHM, measurer);
        ScanDisplay display = ScanDisplay.onTerminal()) {
      Tree tree =
          new DirectoryScanner(options, measurer, objects, threads)
              .scan(source, display.progress());
      if (objects != null) {
        objects.flush();
      }
      return tree;
    }
  }

  private ErofsVersion version(Tree tree) throws FsException {
    return formatVersion == null ? ErofsVersion.choose(0, 1, tree) : ErofsVersion.of(formatVersion);
  }

  /** A store inside the source would be scanned while it is filled. */
  private void checkOutside(Path store) throws IOException {
    Path existing = store.toAbsolutePath().normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing != null && existing.toRealPath().startsWith(source.toRealPath())) {
      throw new UserException(
          "%s: is inside %s, expected a store outside".formatted(store, source));
    }
  }
}
