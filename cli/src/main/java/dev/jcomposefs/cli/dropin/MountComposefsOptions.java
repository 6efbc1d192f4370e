package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.fuse.kernel.KernelComposefs;
import dev.jcomposefs.fuse.kernel.Verity;
import dev.jcomposefs.fuse.kernel.WritableLayer;
import dev.jcomposefs.fuse.mount.DriverChoice;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind {@code -o} of {@code mount.composefs}: separated by commas, the first {@code
 * =} separates the name from the value, in which a backslash takes the next character as it is.
 */
final class MountComposefsOptions {
  private List<Path> baseDirectories = List.of();
  private @Nullable String digest;
  private @Nullable String upperDirectory;
  private @Nullable String workDirectory;
  private @Nullable String idMap;
  private boolean verity;
  private boolean tryVerity;
  private boolean readOnly;
  private boolean byKernel;
  private DriverChoice driver = DriverChoice.AUTO;

  private MountComposefsOptions() {}

  static MountComposefsOptions parse(String text) throws ProgramFailure {
    MountComposefsOptions options = new MountComposefsOptions();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == ',') {
        options.apply(text.substring(start, i));
        start = i + 1;
      } else if (text.charAt(i) == '\\') {
        i++;
      }
    }
    if (start < text.length()) {
      options.apply(text.substring(start)); // ends with a backslash
    }
    if ((options.upperDirectory == null) != (options.workDirectory == null)) {
      throw MountComposefs.failure("Both workdir and upperdir must be specified if used");
    }
    return options;
  }

  private void apply(String item) throws ProgramFailure {
    int equals = item.indexOf('=');
    String name = equals < 0 ? item : item.substring(0, equals);
    String value = equals < 0 ? null : unescape(item.substring(equals + 1));
    switch (name) {
      case "" -> {}
      case "basedir" -> baseDirectories = directories(required(name, value));
      case "digest" -> digest = required(name, value);
      case "verity" -> verity = true;
      case "upperdir" -> upperDirectory = required(name, value);
      case "workdir" -> workDirectory = required(name, value);
      case "idmap" -> idMap = required(name, value);
      case "tryverity" -> tryVerity = true;
      case "ro" -> readOnly = true;
      case "rw" -> readOnly = false;
      case "driver" -> chooseDriver(required(name, value));
      default -> throw MountComposefs.failure("Unsupported option " + name);
    }
  }

  /** The one option that the C tool does not have: its mounts are always the kernel's. */
  private void chooseDriver(String word) throws ProgramFailure {
    byKernel = word.equals("kernel");
    driver =
        switch (word) {
          case "auto", "kernel" -> DriverChoice.AUTO;
          case "dev" -> DriverChoice.DEV;
          case "jnr" -> DriverChoice.JNR;
          default -> throw MountComposefs.failure("Value for driver option has incorrect format");
        };
  }

  private static String unescape(String value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      boolean escapes = value.charAt(i) == '\\' && i + 1 < value.length();
      text.append(value.charAt(escapes ? ++i : i));
    }
    return text.toString();
  }

  private static String required(String name, @Nullable String value) throws ProgramFailure {
    if (value == null) {
      throw MountComposefs.failure("No value specified for %s option".formatted(name));
    }
    return value;
  }

  private static List<Path> directories(String list) throws ProgramFailure {
    List<Path> directories = new ArrayList<>();
    for (String element : list.split(":", -1)) {
      if (element.isEmpty()) {
        throw MountComposefs.failure("Value for basedir option has incorrect format");
      }
      directories.add(Path.of(element));
    }
    return directories;
  }

  /** In the order in which they are searched. */
  List<Path> baseDirectories() {
    return baseDirectories;
  }

  /** Whether the kernel is to mount the image without a server. */
  boolean byKernel() {
    return byKernel;
  }

  /** The file of the user namespace through which owners are seen, if there is to be one. */
  @Nullable Path idMap() {
    return idMap == null ? null : Path.of(idMap);
  }

  private @Nullable WritableLayer writable() {
    return upperDirectory == null || workDirectory == null
        ? null
        : new WritableLayer(
            Path.of(upperDirectory).toAbsolutePath(), Path.of(workDirectory).toAbsolutePath());
  }

  /**
   * The same for a mount by the kernel.
   *
   * @throws FsException EINVAL for a malformed digest
   */
  KernelComposefs forKernel() throws FsException {
    return new KernelComposefs(
        baseDirectories.stream().map(Path::toAbsolutePath).toList(),
        digest == null ? null : checked(digest),
        verity ? Verity.REQUIRE : tryVerity ? Verity.TRY : Verity.OFF,
        writable(),
        readOnly,
        idMap());
  }

  /**
   * The same for a mount by FUSE.
   *
   * @param privileged whether the kernel's mount would be for everybody, as one by root is
   * @throws FsException EINVAL for a malformed digest
   */
  MountOptions forFuse(boolean privileged) throws FsException {
    MountOptions options =
        MountOptions.DEFAULT
            .withBaseDirectories(baseDirectories)
            .withDriver(driver)
            .withUpperDirectory(upperDirectory == null ? null : Path.of(upperDirectory))
            .withWorkDirectory(workDirectory == null ? null : Path.of(workDirectory))
            .withReadOnly(readOnly)
            .withUserNamespace(idMap())
            .withAllowOther(privileged)
            .withSetId(privileged)
            .withDevices(privileged);
    if (verity) {
      options = options.withVerification(VerifyPolicy.REQUIRE);
    }
    return digest == null
        ? options
        : options.withDigest(checked(digest)).withVerification(VerifyPolicy.REQUIRE);
  }

  /** An empty digest must not mean any image, as it does to the C tool. */
  private static Digest checked(String hex) throws FsException {
    try {
      Digest digest = Digest.parse(hex);
      if (digest.algorithm() == HashAlgorithm.SHA256) {
        return digest;
      }
      throw new FsException(
          Errno.EINVAL, "digest '%s' is not of SHA-256, expected 64 hex digits".formatted(hex));
    } catch (IllegalArgumentException e) {
      throw new FsException(Errno.EINVAL, String.valueOf(e.getMessage()), e);
    }
  }
}
