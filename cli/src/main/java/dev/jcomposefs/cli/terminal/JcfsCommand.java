package dev.jcomposefs.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command has. A command throws what it cannot do, and returns its exit status. */
@Command
public abstract class JcfsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli looks at it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean helpAsked;

  /** For results. */
  protected final PrintWriter out() {
    return parser().getOut();
  }

  /** For everything else. */
  protected final PrintWriter err() {
    return parser().getErr();
  }

  /** Options that are wrong in a way that the help explains; to be thrown. */
  protected final ParameterException misuse(String message) {
    return new ParameterException(parser(), message);
  }

  /** What has parsed the command, or would have. */
  private CommandLine parser() {
    CommandSpec known = spec;
    return known == null
        ? new CommandLine(CommandSpec.create().name("jcfs"))
            .addSubcommand(this)
            .getSubcommands()
            .values()
            .iterator()
            .next()
        : known.commandLine();
  }

  @Override
  public abstract Integer call() throws IOException, InterruptedException;
}
