package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.UserException;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs mount}. */
@Command(
    name = "mount",
    description = {
      "Mount an image, read-only, and return when the mount answers.",
      "A process in the background serves it until it is unmounted, or the daemon if there is one."
          + " Every file whose digest the"
          + " image names is checked; what fails the check cannot be read (EIO), and"
          + " 'jcfs status' says why."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jcfs mount -o basedir=objects share.img /mnt",
      "  jcfs mount -o basedir=/srv/new:/srv/old,digest=6d1c2f... share.img /mnt",
      "  jcfs mount -f --driver jnr share.img /mnt"
    })
public final class MountCommand extends JcfsCommand {
  /** What a shell offers behind {@code --driver}. */
  private static final class Drivers extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Drivers() {
      super(List.of("auto", "dev", "jnr"));
    }
  }

  @Option(
      names = {"-o", "--options"},
      paramLabel = "OPTION[,OPTION...]",
      description = {
        "basedir=DIR[:DIR...]  where the objects are, searched in this order",
        "digest=HEX  fs-verity digest that the image must have; implies verity",
        "verity  refuse files whose digest the image does not name",
        "noverity  serve the objects unchecked",
        "allow_other  let other users look",
        "suid, dev  let set-user-ID programs and device nodes work (root only)",
        "datapath=WAY  how bytes get to the kernel: passthrough (it reads objects itself, which are"
            + " then checked when they are opened, not again when they are read; root only),"
            + " no-open (it opens files without asking), copy, or auto: the first of these that"
            + " works and checks every byte; driver dev only",
        "upperdir=DIR,workdir=DIR  where changes go, by an overlayfs on top (root only); ro shows"
            + " what an earlier mount changed and takes no more",
        "idmap=FILE  see owners through the mapping of a user namespace, such as"
            + " /proc/PID/ns/user (root only, Linux 6.12; driver dev only)",
        "noobjects  mount even if files need objects and no basedir says where they are; these"
            + " files cannot be read then",
        "noacl  show no POSIX ACLs",
        "fsname=NAME  what the list of mounts shows as the source",
        "A backslash takes the next character as it is."
      })
  private List<String> options = new ArrayList<>();

  @Option(
      names = {"-f", "--foreground"},
      description = "Stay, and log to standard error; an interrupt unmounts.")
  private boolean foreground;

  @Option(
      names = "--driver",
      paramLabel = "DRIVER",
      completionCandidates = Drivers.class,
      description =
          "Who speaks to the kernel: dev (directly), jnr (by libfuse 2), or auto, which"
              + " is dev. As -o driver=DRIVER.")
  private @Nullable String driver;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Append warnings to this file; without it, 'jcfs status' says where they go, and"
              + " only the last ones are kept. Not with --foreground.")
  private @Nullable Path log;

  @Option(
      names = "--own-process",
      description =
          "Do not join the daemon of this user, if there is one (see 'jcfs daemon'). --foreground,"
              + " --log and --supervise imply it.")
  private boolean ownProcess;

  @Option(
      names = "--supervise",
      description = {
        "Survive the death of the process that serves: a small one holds the mount and starts"
            + " another in its place. Whoever reads waits meanwhile; nothing fails.",
        "Needs Linux 6.9; not with datapath=passthrough or driver jnr."
      })
  private boolean supervise;

  @Option(
      names = "--fd-store",
      description =
          "Survive in the same way as a service of systemd: its file descriptor store holds the"
              + " mount, and it starts the next server. With --foreground.")
  private boolean fdStore;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "The image file.")
  private Path image;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description =
          "The directory to mount it on; or /dev/fd/N, a descriptor of /dev/fuse that the calling"
              + " program has mounted, and unmounts.")
  private Path directory;

  /**
   * The command of a command line that is so plain that no parser is needed to understand it.
   *
   * @param words what comes behind the command's name
   * @return null if there is anything about it that only the parser knows what to make of
   */
  public static @Nullable MountCommand ofPlain(List<String> words) {
    MountCommand command = new MountCommand();
    List<String> operands = new ArrayList<>();
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      if (!isPlain(word)) {
        switch (word) {
          case "-f", "--foreground" -> command.foreground = true;
          case "--own-process" -> command.ownProcess = true;
          case "--supervise" -> command.supervise = true;
          case "-o", "--options" -> {
            String value = rest.hasNext() ? rest.next() : "";
            if (!isPlain(value)) {
              return null;
            }
            command.options.add(value);
          }
          default -> {
            return null;
          }
        }
      } else {
        operands.add(word);
      }
    }
    if (operands.size() != 2) {
      return null;
    }
    command.image = Path.of(operands.get(0));
    command.directory = Path.of(operands.get(1));
    return command;
  }

  /** Whether it is no option, no file with options, and nothing that could stand for either. */
  private static boolean isPlain(String word) {
    return !word.isEmpty() && word.charAt(0) != '-' && word.charAt(0) != '@';
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    MountOptions all = MountOptions.DEFAULT;
    for (String text : options) {
      all = all.with(text);
    }
    if (driver != null) {
      all = all.with("driver=" + driver);
    }
    all = all.withAbsolutePaths();
    if (JoinedMount.isWanted()) {
      return needsOwnProcess()
          ? JoinedMount.NOT_JOINED
          : JoinedMount.open(image.toAbsolutePath(), directory.toAbsolutePath(), all);
    }
    Holder holder = holder();
    return holder == null
        ? MountService.serve(image, directory, all, foreground, log)
        : MountService.serveHeld(image, directory, all, foreground, log, holder);
  }

  private @Nullable Holder holder() throws IOException {
    if (fdStore) {
      if (supervise || !foreground) {
        throw new UserException("--fd-store needs --foreground, and excludes --supervise");
      }
      return DescriptorStore.ofThisProcess();
    }
    return supervise ? HoldingScript.ofThisProcess() : null;
  }

  private boolean needsOwnProcess() {
    // a descriptor of this process is none of the daemon's
    return ownProcess || supervise || foreground || log != null || directory.startsWith("/dev/fd");
  }
}
