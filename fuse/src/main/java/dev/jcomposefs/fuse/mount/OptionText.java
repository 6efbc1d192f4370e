package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.mount.OptionException.Reason;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One option of an option string: {@code name} or {@code name=value}, not yet understood.
 *
 * <p>The names are those of the kernel's mount helper, and some of any mount's.
 */
record OptionText(String name, @Nullable String value) {

  static List<OptionText> split(String text) throws OptionException {
    List<OptionText> options = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    String name = null;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      if (c == ',') {
        OptionText option =
            name == null
                ? new OptionText(part.toString(), null)
                : new OptionText(name, part.toString());
        if (!option.name.isEmpty() || option.value != null) {
          options.add(option);
        }
        part.setLength(0);
        name = null;
      } else if (c == '=' && name == null) {
        name = part.toString();
        part.setLength(0);
      } else {
        if (c == '\\' && i + 1 < text.length()) {
          c = text.charAt(++i);
        }
        part.append(c);
      }
    }
    return options;
  }

  /** What the option makes of those that were said before. */
  MountOptions addTo(MountOptions options) throws OptionException {
    return switch (name) {
      case "basedir" -> options.withBaseDirectories(directories());
      case "digest" -> options.withDigest(digest()).withVerification(VerifyPolicy.REQUIRE);
      case "verity" -> options.withVerification(VerifyPolicy.REQUIRE);
      case "noverity" -> options.withVerification(VerifyPolicy.NONE);
      // To ask for the default must not take away what somebody else demands.
      case "tryverity" ->
          options.content().verification() == VerifyPolicy.REQUIRE
              ? options
              : options.withVerification(VerifyPolicy.IF_PRESENT);
      case "verify" -> options.withVerification(choice(VerifyPolicy.values()));
      case "allow_other" -> options.withAllowOther(true);
      case "suid" -> options.withSetId(true);
      case "nosuid" -> options.withSetId(false);
      case "dev" -> options.withDevices(true);
      case "nodev" -> options.withDevices(false);
      case "noobjects" -> options.withoutObjects(true);
      case "acl" -> options.withAcls(true);
      case "noacl" -> options.withAcls(false);
      case "driver" -> options.withDriver(choice(DriverChoice.values()));
      case "datapath" -> options.withDataPath(dataPath());
      case "fsname" -> options.withFsName(required());
      case "upperdir" -> options.withUpperDirectory(path(required()));
      case "workdir" -> options.withWorkDirectory(path(required()));
      case "idmap" -> options.withUserNamespace(path(required()));
      case "ro" -> options.withReadOnly(true);
      case "rw" -> options.withReadOnly(false);
      // what every mount of ours is anyway, or would not make a difference
      case "default_permissions", "exec" -> options;
      default -> throw wrong(Reason.UNKNOWN, "there is no such option");
    };
  }

  private String required() throws OptionException {
    if (value == null || value.isEmpty()) {
      throw wrong(Reason.NO_VALUE, "found no value");
    }
    return value;
  }

  private List<Path> directories() throws OptionException {
    String list = required();
    List<Path> directories = new ArrayList<>();
    for (String element : list.split(":", -1)) {
      if (element.isEmpty()) {
        throw wrong(Reason.MALFORMED, "empty element in '%s'".formatted(list));
      }
      directories.add(path(element));
    }
    return directories;
  }

  private Path path(String text) throws OptionException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong(Reason.MALFORMED, "'%s' is no path".formatted(text));
    }
  }

  private Digest digest() throws OptionException {
    // An empty digest is an error here and "any image" to the kernel's helper: on purpose.
    String hex = required();
    try {
      return Digest.parse(hex);
    } catch (IllegalArgumentException e) {
      throw wrong(Reason.MALFORMED, e.getMessage());
    }
  }

  private @Nullable DataPath dataPath() throws OptionException {
    return "auto".equals(value) ? null : choice(DataPath.values());
  }

  private <E extends Enum<E>> E choice(E[] all) throws OptionException {
    String wanted = required();
    List<String> known = new ArrayList<>();
    for (E one : all) {
      String word = one.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (word.equals(wanted)) {
        return one;
      }
      known.add(word);
    }
    throw wrong(
        Reason.MALFORMED,
        "found '%s', expected one of %s".formatted(wanted, String.join(", ", known)));
  }

  private OptionException wrong(Reason reason, @Nullable String text) {
    return new OptionException(name, reason, String.valueOf(text));
  }
}
