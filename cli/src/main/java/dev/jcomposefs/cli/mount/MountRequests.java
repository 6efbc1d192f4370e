package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.cli.control.DaemonRequest;
import dev.jcomposefs.cli.control.Surroundings;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.mount.DriverChoice;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@link MountOptions} on their way to the daemon. */
final class MountRequests {
  private MountRequests() {}

  /** Whether a request says all of these: a daemon puts nothing on top of its mounts. */
  static boolean canSay(MountOptions options) {
    return options.layers().upperDirectory() == null
        && options.layers().workDirectory() == null
        && options.layers().userNamespace() == null
        && options.content().acls()
        && !options.content().withoutObjects();
  }

  /** All paths must be absolute. */
  static DaemonRequest.Mount of(
      Path image, Path directory, MountOptions options, Surroundings surroundings) {
    Digest digest = options.content().digest();
    Driver.DataPath dataPath = options.server().dataPath();
    return new DaemonRequest.Mount(
        surroundings.id(),
        image.toString(),
        directory.toString(),
        options.content().baseDirectories().stream().map(Path::toString).toList(),
        digest == null ? null : digest.toHex(),
        word(options.content().verification()),
        options.kernel().allowOther(),
        options.kernel().setId(),
        options.kernel().devices(),
        word(options.server().driver()),
        dataPath == null ? null : word(dataPath),
        options.kernel().fsName());
  }

  /**
   * @throws IOException if there is something in it that this version does not know
   */
  static MountOptions optionsOf(DaemonRequest.Mount request) throws IOException {
    List<Path> baseDirectories = request.baseDirectories().stream().map(Path::of).toList();
    try {
      return MountOptions.DEFAULT
          .withBaseDirectories(baseDirectories)
          .withDigest(request.digest() == null ? null : Digest.parse(request.digest()))
          .withVerification(VerifyPolicy.valueOf(constant(request.verification())))
          .withAllowOther(request.allowOther())
          .withSetId(request.setId())
          .withDevices(request.devices())
          .withDriver(DriverChoice.valueOf(constant(request.driver())))
          .withDataPath(dataPath(request.dataPath()))
          .withFsName(request.fsName());
    } catch (IllegalArgumentException e) {
      throw new IOException("mount request: " + e.getMessage(), e);
    }
  }

  private static Driver.@Nullable DataPath dataPath(@Nullable String word) {
    return word == null ? null : Driver.DataPath.valueOf(constant(word));
  }

  /** As the options and the status have a constant. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
