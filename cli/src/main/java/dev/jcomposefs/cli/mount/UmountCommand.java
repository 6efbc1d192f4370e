package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.UserException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.mount.Mount;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs umount}. */
@Command(
    name = "umount",
    description = {
      "Unmount an image; the process that serves it ends.",
      "Also clears away a mount whose process was killed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  jcfs umount /mnt", "  jcfs umount -l /mnt"})
public final class UmountCommand extends JcfsCommand {
  @Option(
      names = {"-l", "--lazy"},
      description = "Free the directory now, even while files in it are open; those stay readable.")
  private boolean lazy;

  @Parameters(paramLabel = "DIR", description = "The directory it is mounted on.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    try {
      Mount.unmount(directory, lazy);
    } catch (FsException e) {
      if (e.errno() == Errno.EBUSY) {
        throw new UserException(directory + ": in use; close what is open there, or use --lazy");
      }
      throw e;
    }
    return 0;
  }
}
