package dev.jcomposefs.cli;

import dev.jcomposefs.cli.convert.ConvertCommand;
import dev.jcomposefs.cli.diff.DiffCommand;
import dev.jcomposefs.cli.info.InfoCommand;
import dev.jcomposefs.cli.mk.MkCommand;
import dev.jcomposefs.cli.mount.DaemonCommand;
import dev.jcomposefs.cli.mount.MountCommand;
import dev.jcomposefs.cli.mount.UmountCommand;
import dev.jcomposefs.cli.status.StatusCommand;
import dev.jcomposefs.cli.terminal.ErrorText;
import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.TypedWords;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's entry: knows the commands and turns what they throw into messages. */
@Command(
    name = "jcfs",
    description = "Make, mount and inspect composefs images, every file's digest checked.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      MkCommand.class,
      MountCommand.class,
      UmountCommand.class,
      DaemonCommand.class,
      StatusCommand.class,
      InfoCommand.class,
      ConvertCommand.class,
      DiffCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:success", "1:any failure; one line on standard error says which"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  jcfs mk --store objects /usr/share share.img",
      "  jcfs mount -o basedir=objects share.img /mnt",
      "  jcfs status",
      "  jcfs umount /mnt",
      "",
      "'jcfs COMMAND --help' tells more about a command."
    })
public final class Jcfs implements Runnable {
  /** Every failure, as the conventions of the composefs tools have it. */
  private static final int FAILURE = 1;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    int status = run(args);
    // Returning ends the JVM without the logging that System.exit does, 10 ms of a short command.
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Runs one command line and returns its exit status. */
  static int run(String... args) {
    String complaint = TypedWords.complaint(args);
    if (complaint != null) {
      System.err.println("jcfs: " + complaint);
      return FAILURE;
    }
    JcfsCommand plain = plainCommand(args);
    return plain == null ? commandLine(args).execute(args) : run(plain);
  }

  /** One that needs no parser, which would take a third of the time until a mount answers. */
  private static @Nullable JcfsCommand plainCommand(String... args) {
    List<String> words = List.of(args);
    if (words.equals(List.of("daemon"))) {
      return new DaemonCommand();
    }
    return !words.isEmpty() && words.getFirst().equals("mount")
        ? MountCommand.ofPlain(words.subList(1, words.size()))
        : null;
  }

  private static int run(JcfsCommand plain) {
    try {
      return plain.call();
    } catch (ParameterException e) {
      return misused(e);
    } catch (Exception e) {
      return failed(e, new PrintWriter(System.err, true, System.err.charset()));
    }
  }

  /**
   * The parser for one command line. It knows all commands if need be, and else only the one that
   * is called: picocli reads the annotations of each command that it knows.
   */
  static CommandLine commandLine(String... args) {
    Object called = args.length == 0 ? null : command(args[0]);
    CommandLine parser;
    if (called == null) {
      parser = new CommandLine(new Jcfs());
    } else {
      parser = new CommandLine(CommandSpec.create().name("jcfs"));
      parser.addSubcommand(args[0], called);
    }
    return parser
        .setParameterExceptionHandler((e, _) -> misused(e))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command.getErr()))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static @Nullable Object command(String name) {
    return switch (name) {
      case "mk" -> new MkCommand();
      case "mount" -> new MountCommand();
      case "umount" -> new UmountCommand();
      case "daemon" -> new DaemonCommand();
      case "status" -> new StatusCommand();
      case "info" -> new InfoCommand();
      case "convert" -> new ConvertCommand();
      case "diff" -> new DiffCommand();
      default -> null;
    };
  }

  private static int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("jcfs: " + ErrorText.of(e));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return FAILURE;
  }

  private static int failed(Exception e, PrintWriter err) {
    err.println("jcfs: " + ErrorText.of(e));
    if (ErrorText.isDefect(e)) {
      e.printStackTrace(err);
    }
    return FAILURE;
  }
}
