package dev.jcomposefs.cli.status;

import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.control.StatusClient;
import dev.jcomposefs.cli.control.StatusJson;
import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.Printable;
import dev.jcomposefs.cli.terminal.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs status}. */
@Command(
    name = "status",
    description = {
      "Show what is mounted, who verifies it, and what failed.",
      "Lists the mounts of the user who asks; root does not see those of others."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  jcfs status", "  jcfs status --json /mnt"})
public final class StatusCommand extends JcfsCommand {
  @Option(names = "--json", description = "Print an array of JSON objects, one per mount.")
  private boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "Show the mount on this directory only; it is an error if there is none.")
  private @Nullable Path directory;

  @Override
  public Integer call() throws IOException {
    StatusClient.Answers answers = StatusClient.askAll();
    List<MountStatus> mounts = directory == null ? answers.mounts() : at(directory, answers);
    PrintWriter out = out();
    PrintWriter err = err();
    for (String silent : answers.silent()) {
      err.println("jcfs: " + Printable.of(silent));
    }
    if (json) {
      out.println(StatusJson.pretty(mounts));
    } else if (mounts.isEmpty()) {
      err.println("jcfs: no mounts");
    } else {
      out.print(StatusText.of(mounts));
    }
    out.flush();
    return 0;
  }

  /** If a server has given no answer, the mount may be its own. */
  static List<MountStatus> at(Path directory, StatusClient.Answers answers) throws IOException {
    String wanted = absolute(directory).toString();
    List<MountStatus> found =
        answers.mounts().stream().filter(mount -> mount.mountPoint().equals(wanted)).toList();
    if (found.isEmpty()) {
      throw new UserException(
          answers.silent().isEmpty()
              ? directory + ": no jcfs of this user serves a mount there"
              : "%s: no jcfs that answered serves a mount there; %s"
                  .formatted(directory, String.join("; ", answers.silent())));
    }
    return found;
  }

  /** Without looking at the directory itself, which may be a mount that hangs. */
  private static Path absolute(Path directory) throws IOException {
    Path plain = directory.toAbsolutePath().normalize();
    Path parent = plain.getParent();
    Path name = plain.getFileName();
    return parent == null || name == null ? plain : parent.toRealPath().resolve(name);
  }
}
