package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.scan.ScanOptions;
import dev.jcomposefs.cache.scan.XattrSelection;
import dev.jcomposefs.cli.dropin.Getopt.Given;
import dev.jcomposefs.cli.dropin.Getopt.Option;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of {@code mkcomposefs}. */
final class MkcomposefsOptions {
  private static final List<Option> OPTIONS =
      List.of(
          new Option("digest-store", true),
          new Option("use-epoch", false),
          new Option("skip-devices", false),
          new Option("skip-xattrs", false),
          new Option("user-xattrs", false),
          new Option("print-digest", false),
          new Option("print-digest-only", false),
          new Option("from-file", false),
          new Option("min-version", true),
          new Option("max-version", true),
          new Option("threads", true));

  private static final int HIGHEST_VERSION = 1;

  private @Nullable String store;
  private boolean useEpoch;
  private boolean skipDevices;
  private boolean skipXattrs;
  private boolean userXattrs;
  private boolean printDigest;
  private boolean digestOnly;
  private boolean fromFile;
  private @Nullable Integer minVersion;
  private @Nullable Integer maxVersion;
  private int threads = Runtime.getRuntime().availableProcessors();
  private List<String> operands = List.of();

  private MkcomposefsOptions() {}

  static MkcomposefsOptions read(Invocation invocation) throws ProgramFailure {
    Getopt given = new Getopt(OPTIONS, invocation.arguments());
    MkcomposefsOptions options = new MkcomposefsOptions();
    try {
      for (Given option = given.next(); option != null; option = given.next()) {
        options.apply(option);
      }
    } catch (BadOptionException e) {
      throw new ProgramFailure(
          e.isMissingValue() ? "option needs a value\n" : usage(invocation), e);
    }
    options.operands = given.operands();
    options.checkOperands(invocation);
    return options;
  }

  private void apply(Given option) throws ProgramFailure {
    String value = option.value();
    switch (option.name()) {
      case "digest-store" -> store = value;
      case "use-epoch" -> useEpoch = true;
      case "skip-devices" -> skipDevices = true;
      case "skip-xattrs" -> skipXattrs = true;
      case "user-xattrs" -> userXattrs = true;
      case "print-digest" -> printDigest = true;
      case "print-digest-only" -> {
        printDigest = true;
        digestOnly = true;
      }
      case "from-file" -> fromFile = true;
      case "min-version" -> minVersion = number(value, "Invalid min version ");
      case "max-version" -> maxVersion = number(value, "Invalid max version ");
      case "threads" -> {
        threads = number(value, "Invalid threads count ");
        if (threads < 1) {
          throw new ProgramFailure("Invalid threads count " + value + "\n");
        }
      }
      default -> throw new AssertionError(option.name());
    }
  }

  private static int number(String text, String complaint) throws ProgramFailure {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new ProgramFailure(complaint + text + "\n", e);
    }
  }

  private void checkOperands(Invocation invocation) throws ProgramFailure {
    if (operands.isEmpty()) {
      throw misuse(invocation, "No source path specified");
    }
    if (digestOnly && operands.size() > 1) {
      throw misuse(invocation, "Cannot specify destination path with --print-digest-only");
    }
    if (!digestOnly && operands.size() == 1) {
      throw misuse(invocation, "No destination path specified");
    }
    if (operands.size() > 2) {
      throw misuse(invocation, "Too many arguments");
    }
    if (source().isEmpty()) {
      throw new ProgramFailure(Mkcomposefs.NAME + ": Empty source path specified\n");
    }
  }

  private static ProgramFailure misuse(Invocation invocation, String text) {
    return new ProgramFailure(text + "\n" + usage(invocation));
  }

  private static String usage(Invocation invocation) {
    return """
    Usage: %s [OPTIONS] SOURCE IMAGE
    Options:
      --digest-store=PATH   Copy the content of files into this directory
      --use-epoch           Set all modification times to 0
      --skip-devices        Leave out device nodes
      --skip-xattrs         Store no extended attributes
      --user-xattrs         Store only extended attributes that begin with user.
      --print-digest        Print the fs-verity digest of the image
      --print-digest-only   Print the digest, write no image
      --from-file           SOURCE is a dump
      --min-version=N       Lowest format version to write (default=0)
      --max-version=N       Highest format version to write (default=1)
      --threads=N           How many threads read files (default=%d)
    """
        .formatted(invocation.shortName(), Runtime.getRuntime().availableProcessors());
  }

  String source() {
    return operands.getFirst();
  }

  /** Where the image goes, {@code -} for stdout; null if only its digest is wanted. */
  @Nullable String image() {
    return digestOnly ? null : operands.get(1);
  }

  @Nullable String store() {
    return store;
  }

  boolean printDigest() {
    return printDigest;
  }

  boolean fromFile() {
    return fromFile;
  }

  /** As given; to give one of the versions takes the other's default away. */
  int minVersion() {
    return minVersion == null ? 0 : minVersion;
  }

  int maxVersion() {
    if (maxVersion != null) {
      return maxVersion;
    }
    return minVersion == null ? HIGHEST_VERSION : 0;
  }

  int threads() {
    return threads;
  }

  /** Whether it is left open which extended attributes are wanted. */
  boolean hasXattrConflict() {
    return skipXattrs && userXattrs;
  }

  ScanOptions scanOptions() {
    XattrSelection xattrs = XattrSelection.ALL;
    if (skipXattrs) {
      xattrs = XattrSelection.NONE;
    } else if (userXattrs) {
      xattrs = XattrSelection.USER_ONLY;
    }
    return new ScanOptions(
        HashAlgorithm.SHA256, xattrs, skipDevices, useEpoch, /* keepHardLinks= */ false);
  }
}
