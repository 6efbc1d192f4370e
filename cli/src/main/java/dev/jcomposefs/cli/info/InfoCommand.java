package dev.jcomposefs.cli.info;

import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.format.error.FsException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs info}. */
@Command(
    name = "info",
    description = "Show an image's format and digest, and count what is in it.",
    footerHeading = "%nExamples:%n",
    footer = {"  jcfs info share.img", "  jcfs info --json share.img"})
public final class InfoCommand extends JcfsCommand {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(paramLabel = "IMAGE", description = "The image file.")
  private Path image;

  @Override
  public Integer call() throws FsException {
    ImageInfo info = ImageInfo.of(image);
    PrintWriter out = out();
    out.print(json ? InfoJson.of(info) + "\n" : InfoText.of(info));
    out.flush();
    return 0;
  }
}
