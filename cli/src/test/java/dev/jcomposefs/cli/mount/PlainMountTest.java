package dev.jcomposefs.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is understood without the parser is what the parser would understand. */
class PlainMountTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "image dir",
        "-f image dir",
        "image --foreground dir",
        "-o basedir=a image dir",
        "--own-process image dir",
        "image dir --supervise",
        "image dir -o basedir=a -o digest=00,verity",
        "--options basedir=a:b image -o noverity dir -f",
      })
  void plain_isAsParsed(String line) {
    String[] words = line.split(" ", -1);
    MountCommand parsed = new MountCommand();
    new CommandLine(parsed).parseArgs(words);
    assertThat(MountCommand.ofPlain(List.of(words)))
        .usingRecursiveComparison()
        .ignoringFields("spec")
        .isEqualTo(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "image",
        "image dir another",
        "--help",
        "-h image dir",
        "image dir -o",
        "image dir -o -f",
        "-obasedir=a image dir",
        "--options=basedir=a image dir",
        "-fo basedir=a image dir",
        "--driver dev image dir",
        "--no-such-option image dir",
        "-- image dir",
        "@arguments",
        "@image dir",
        "-o @options image dir",
      })
  void anythingElse_isLeftToTheParser(String line) {
    assertThat(MountCommand.ofPlain(List.of(line.split(" ", -1)))).isNull();
  }

  @Test
  void emptyWord_isLeftToTheParser() {
    assertThat(MountCommand.ofPlain(List.of("", "dir"))).isNull();
  }
}
