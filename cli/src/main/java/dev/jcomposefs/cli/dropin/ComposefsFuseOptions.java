package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.fuse.mount.MountOptions;
import dev.jcomposefs.fuse.mount.OptionException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command line as libfuse's programs have it: single-letter options that are not bundled, and
 * {@code -o} with options separated by commas, each word as often as one likes.
 */
final class ComposefsFuseOptions {
  /** What is wanted of the program. */
  enum Request {
    SERVE,
    HELP,
    VERSION
  }

  /** Of libfuse and the kernel; what they change is nothing that a mount of ours has. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "async",
          "atime",
          "clone_fd",
          "dirsync",
          "max_idle_threads",
          "max_read",
          "max_threads",
          "noatime",
          "sync");

  private MountOptions mount =
      MountOptions.DEFAULT.withSubtype(ComposefsFuse.NAME).withFsName(ComposefsFuse.NAME);
  private Request request = Request.SERVE;
  private boolean foreground;
  private @Nullable String source;
  private @Nullable String baseDirectory;
  private @Nullable String mountPoint;
  private @Nullable String superfluous;

  private ComposefsFuseOptions() {}

  static ComposefsFuseOptions parse(List<String> arguments) throws ProgramFailure {
    ComposefsFuseOptions options = new ComposefsFuseOptions();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      switch (argument) {
        case "-f", "-d", "--debug" -> options.foreground = true;
        case "-s" -> {}
        case "-h", "--help" -> options.request = Request.HELP;
        case "-V", "--version" -> options.request = Request.VERSION;
        case "--" -> rest.forEachRemaining(options::operand);
        case "-o" -> {
          if (!rest.hasNext()) {
            throw failure("missing argument after `-o'");
          }
          options.list(rest.next());
        }
        default -> {
          if (argument.startsWith("-o")) {
            options.list(argument.substring(2));
          } else if (argument.startsWith("-") && argument.length() > 1) {
            throw unknown(argument);
          } else {
            options.operand(argument);
          }
        }
      }
    }
    if (options.superfluous != null && options.request == Request.SERVE) {
      throw failure("invalid argument `%s'".formatted(options.superfluous));
    }
    return options;
  }

  private void operand(String argument) {
    if (mountPoint == null) {
      mountPoint = argument;
    } else {
      superfluous = argument;
    }
  }

  private void list(String text) throws ProgramFailure {
    for (String item : split(text)) {
      apply(item);
    }
  }

  /** At commas; a backslash takes the next character as it is, and goes. */
  private static List<String> split(String text) {
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',') {
        items.add(item.toString());
        item.setLength(0);
      } else {
        item.append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
      }
    }
    items.add(item.toString());
    return items;
  }

  private void apply(String item) throws ProgramFailure {
    if (item.startsWith("source=")) {
      source = item.substring("source=".length());
    } else if (item.startsWith("basedir=")) {
      // one directory, whatever is in its name
      baseDirectory = item.substring("basedir=".length());
    } else if (item.equals("debug")) {
      foreground = true;
    } else if (!item.isEmpty() && !WITHOUT_EFFECT.contains(item.split("=", 2)[0])) {
      try {
        mount = mount.with(item.replace("\\", "\\\\").replace(",", "\\,"));
      } catch (OptionException e) {
        if (e.reason() == OptionException.Reason.UNKNOWN) {
          throw unknown("-o " + item);
        }
        throw new ProgramFailure("%s: %s\n".formatted(ComposefsFuse.NAME, e.getMessage()), e);
      }
    }
  }

  private static ProgramFailure unknown(String option) {
    return failure("unknown option(s): `%s'".formatted(option));
  }

  /** As libfuse says it. */
  private static ProgramFailure failure(String text) {
    return new ProgramFailure("fuse: %s\n".formatted(text));
  }

  Request request() {
    return request;
  }

  boolean foreground() {
    return foreground;
  }

  /** The image file; null if none was named. */
  @Nullable String source() {
    return source;
  }

  /** Where the objects are; null if that was not said. */
  @Nullable String baseDirectory() {
    return baseDirectory;
  }

  @Nullable String mountPoint() {
    return mountPoint;
  }

  /** Everything else. */
  MountOptions mount() {
    return mount;
  }
}
