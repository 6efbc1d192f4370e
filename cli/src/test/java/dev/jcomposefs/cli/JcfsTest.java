package dev.jcomposefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class JcfsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Jcfs.commandLine(args)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void help_asked_goesToStdoutWithStatus0() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: jcfs ").contains("Examples:");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest(name = "jcfs {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | no command given                       | jcfs",
        "frobnicate          | there is no command 'frobnicate'       | jcfs",
        "--frobnicate        | unknown option: '--frobnicate'         | jcfs",
        "status --frobnicate | unknown option: '--frobnicate'         | jcfs status",
        "status a b          | unexpected argument 'b'                | jcfs status",
      })
  void misuse_anyKind_isOneLineAndWhereHelpIs(String line, String message, String helpOf) {
    String[] args = line.isEmpty() ? new String[0] : line.split(" ", -1);
    assertThat(run(args)).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("jcfs: %s%nTry '%s --help'.%n".formatted(message, helpOf));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void everyCommand_inItsHelp_hasDescriptionAndExample() {
    CommandLine jcfs = Jcfs.commandLine();
    assertThat(jcfs.getSubcommands()).isNotEmpty();
    jcfs.getSubcommands()
        .forEach((name, command) ->
            assertThat(command.getUsageMessage())
                .as(name)
                .contains("Usage: jcfs " + name, "Examples:"));
  }

  @Test
  void everyCommand_calledByName_isBuiltAlone() {
    Jcfs.commandLine()
        .getSubcommands()
        .forEach((name, command) -> {
          CommandLine alone = Jcfs.commandLine(name);
          assertThat(alone.getSubcommands()).containsOnlyKeys(name);
          assertThat(alone.getSubcommands())
              .hasEntrySatisfying(
                  name,
                  it -> assertThat(it.getUsageMessage()).isEqualTo(command.getUsageMessage()));
        });
  }
}
