package dev.jcomposefs.cli.dropin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads command lines as getopt_long(3) of the GNU C library does, whose users rely on all of it:
 * options anywhere between the operands until {@code --}, long names cut short as long as they are
 * unambiguous, values behind {@code =} or in the next argument, short options in bundles.
 *
 * <p>Options are given out one by one, because the programs act on each before the next is looked
 * at, and their first complaint depends on it.
 */
final class Getopt {
  /**
   * An option that a program has.
   *
   * @param name a single letter makes a short option
   */
  record Option(String name, boolean takesValue) {}

  /**
   * An option that was given.
   *
   * @param value empty if the option takes none
   */
  record Given(String name, String value) {}

  private final List<Option> options;
  private final Iterator<String> arguments;
  private final List<String> operands = new ArrayList<>();

  /** What is left of a bundle of short options. */
  private String bundle = "";

  Getopt(List<Option> options, List<String> arguments) {
    this.options = options;
    this.arguments = arguments.iterator();
  }

  /** The next option, or null when there is none. */
  @Nullable Given next() throws BadOptionException {
    while (bundle.isEmpty()) {
      if (!arguments.hasNext()) {
        return null;
      }
      String argument = arguments.next();
      if (argument.equals("--")) {
        arguments.forEachRemaining(operands::add);
        return null;
      }
      if (argument.startsWith("--")) {
        return longOption(argument);
      }
      if (argument.startsWith("-") && argument.length() > 1) {
        bundle = argument.substring(1);
      } else {
        operands.add(argument);
      }
    }
    return shortOption();
  }

  /** The arguments that are no options, in order; complete once there is no next option. */
  List<String> operands() {
    return Collections.unmodifiableList(operands);
  }

  private Given longOption(String argument) throws BadOptionException {
    int equals = argument.indexOf('=');
    Option option = find(argument, argument.substring(2, equals < 0 ? argument.length() : equals));
    if (equals >= 0) {
      if (!option.takesValue()) {
        throw new BadOptionException(
            "option '--%s' doesn't allow an argument".formatted(option.name()), false);
      }
      return new Given(option.name(), argument.substring(equals + 1));
    }
    if (!option.takesValue()) {
      return new Given(option.name(), "");
    }
    if (!arguments.hasNext()) {
      throw new BadOptionException(
          "option '--%s' requires an argument".formatted(option.name()), true);
    }
    return new Given(option.name(), arguments.next());
  }

  private Option find(String argument, String name) throws BadOptionException {
    List<Option> matches = new ArrayList<>();
    for (Option option : options) {
      if (option.name().length() > 1 && option.name().startsWith(name)) {
        if (option.name().length() == name.length()) {
          return option;
        }
        matches.add(option);
      }
    }
    if (matches.isEmpty()) {
      throw new BadOptionException("unrecognized option '%s'".formatted(argument), false);
    }
    if (matches.size() > 1) {
      StringBuilder possibilities = new StringBuilder();
      matches.forEach(match -> possibilities.append(" '--").append(match.name()).append('\''));
      throw new BadOptionException(
          "option '%s' is ambiguous; possibilities:%s".formatted(argument, possibilities), false);
    }
    return matches.getFirst();
  }

  private Given shortOption() throws BadOptionException {
    String name = bundle.substring(0, 1);
    String rest = bundle.substring(1);
    bundle = "";
    for (Option option : options) {
      if (option.name().equals(name)) {
        if (!option.takesValue()) {
          bundle = rest;
          return new Given(name, "");
        }
        if (!rest.isEmpty()) {
          return new Given(name, rest);
        }
        if (!arguments.hasNext()) {
          throw new BadOptionException("option requires an argument -- '%s'".formatted(name), true);
        }
        return new Given(name, arguments.next());
      }
    }
    throw new BadOptionException("invalid option -- '%s'".formatted(name), false);
  }
}
