package dev.jcomposefs.cli.status;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cli.control.StatusClient.Answers;
import dev.jcomposefs.cli.terminal.UserException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
  private static final Path DIRECTORY = Path.of("/mnt/nothing");

  @Test
  void at_directoryThatNobodyServes_saysSo() {
    assertThatThrownBy(() -> StatusCommand.at(DIRECTORY, new Answers(List.of(), List.of())))
        .isInstanceOf(UserException.class)
        .hasMessage("/mnt/nothing: no jcfs of this user serves a mount there");
  }

  @Test
  void at_serverThatGaveNoAnswer_mayBeTheOneAndIsNamed() {
    Answers answers = new Answers(List.of(), List.of("/run/jcfs/7.sock: no answer within 2000 ms"));

    assertThatThrownBy(() -> StatusCommand.at(DIRECTORY, answers))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "/mnt/nothing: no jcfs that answered serves a mount there;"
                + " /run/jcfs/7.sock: no answer within 2000 ms");
  }
}
