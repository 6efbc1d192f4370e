package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cli.dropin.Getopt.Given;
import dev.jcomposefs.cli.dropin.Getopt.Option;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GetoptTest {
  private static final List<Option> OPTIONS =
      List.of(
          new Option("print-digest", false),
          new Option("print-digest-only", false),
          new Option("store", true),
          new Option("v", false),
          new Option("o", true));

  /** Options, a bar, operands. */
  private static String read(String line) throws BadOptionException {
    Getopt getopt = new Getopt(OPTIONS, line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
    StringJoiner text = new StringJoiner(" ");
    for (Given given = getopt.next(); given != null; given = getopt.next()) {
      text.add(given.value().isEmpty() ? given.name() : given.name() + "=" + given.value());
    }
    return text + "|" + String.join(" ", getopt.operands());
  }

  @ParameterizedTest
  @CsvSource({
    "'', |",
    "a b, |a b",
    "a --store x b, store=x|a b",
    "--store=x=y, store=x=y|",
    "--store=, store|",
    "--st x, store=x|",
    "--print-digest, print-digest|",
    "--print-digest-, print-digest-only|",
    "--store -- a, store=--|a",
    "-- --store -v, |--store -v",
    "- -v, v|-",
    "-vvo x a, v v o=x|a",
    "-ovx a, o=vx|a",
    "-o -v, o=-v|",
  })
  void next_lineThatIsRight_isReadAsGetoptDoes(String line, String expected)
      throws BadOptionException {
    assertThat(read(line)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "--frob=1, unrecognized option '--frob=1', false",
        "--v, unrecognized option '--v', false",
        "---store, unrecognized option '---store', false",
        "--print-dig, option '--print-dig' is ambiguous; possibilities: '--print-digest'"
            + " '--print-digest-only', false",
        "--print-digest=1, option '--print-digest' doesn't allow an argument, false",
        "--sto, option '--store' requires an argument, true",
        "-vx, invalid option -- 'x', false",
        "-vo, option requires an argument -- 'o', true",
      })
  void next_lineThatIsWrong_failsInTheWordsOfTheLibrary(
      String line, String message, boolean missingValue) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOfSatisfying(
            BadOptionException.class, e -> assertThat(e.isMissingValue()).isEqualTo(missingValue))
        .hasMessage(message);
  }

  @Test
  void next_wrongOption_comesAfterThoseBeforeIt() throws BadOptionException {
    Getopt getopt = new Getopt(OPTIONS, List.of("-v", "--frob"));

    assertThat(getopt.next()).isEqualTo(new Given("v", ""));
    assertThatThrownBy(getopt::next).isInstanceOf(BadOptionException.class);
  }
}
