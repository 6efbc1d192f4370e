package dev.jcomposefs.cli.convert;

import dev.jcomposefs.cli.file.PendingFile;
import dev.jcomposefs.cli.source.TreeSource;
import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.Printable;
import dev.jcomposefs.format.erofs.ErofsVersion;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs convert}. */
@Command(
    name = "convert",
    description = {
      "Write an image or a dump anew, in another format.",
      "Fails if the format cannot hold the content of a file; what else it has no place for is"
          + " said on standard error."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jcfs convert --to dump share.img share.dump",
      "  jcfs convert --to erofs-v1 share.dump share.img",
      "  jcfs convert old-descriptor.cfs new.img"
    })
public final class ConvertCommand extends JcfsCommand {
  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      description =
          "One of ${COMPLETION-CANDIDATES}. Without it: erofs-v1 for a tree with whiteouts, else"
              + " erofs-v0, as mkcomposefs does.")
  private @Nullable Target target;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "An image or a dump, whichever it is.")
  private Path source;

  @Parameters(index = "1", paramLabel = "DEST", description = "The file to make, or replace.")
  private Path destination;

  @Override
  public Integer call() throws IOException {
    TreeSource read = TreeSource.read(source);
    Target chosen = target == null ? Target.of(ErofsVersion.choose(0, 1, read.tree())) : target;
    try (PendingFile file = PendingFile.at(destination)) {
      chosen.write(read.tree(), file.content());
      file.publish();
    }
    for (String loss : Losses.of(read, chosen)) {
      err().println(Printable.of("jcfs: warning: %s: %s: %s".formatted(destination, chosen, loss)));
    }
    return 0;
  }
}
