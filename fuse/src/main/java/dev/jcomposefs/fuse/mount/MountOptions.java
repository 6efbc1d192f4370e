package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an image is to be mounted.
 *
 * @param baseDirectories where objects are looked for, in this order; may be none
 * @param digest the fs-verity digest that the image file must have; null for any
 * @param verification what is demanded of the content of files
 * @param allowOther whether other users than the one who mounts may look, root among them
 * @param setId whether set-user-ID programs take effect; never for ordinary users
 * @param devices whether device nodes can be opened; never for ordinary users
 * @param driver who is to speak to the kernel
 * @param dataPath how the bytes of objects should get to the kernel; null for the fastest that
 *     checks every byte. A driver that does not have the one that is wanted copies.
 * @param fsName what {@code /proc/mounts} shows as the source; null for the path of the image
 */
public record MountOptions(
    List<Path> baseDirectories,
    @Nullable Digest digest,
    VerifyPolicy verification,
    boolean allowOther,
    boolean setId,
    boolean devices,
    DriverChoice driver,
    @Nullable DataPath dataPath,
    @Nullable String fsName) {

  public MountOptions {
    baseDirectories = List.copyOf(baseDirectories);
  }

  MountOptions withFsName(String name) {
    return new MountOptions(
        baseDirectories, digest, verification, allowOther, setId, devices, driver, dataPath, name);
  }

  /** The same wherever the working directory is. */
  public MountOptions withAbsolutePaths() {
    return new MountOptions(
        baseDirectories.stream().map(Path::toAbsolutePath).toList(),
        digest,
        verification,
        allowOther,
        setId,
        devices,
        driver,
        dataPath,
        fsName);
  }

  /**
   * Reads options as they stand behind {@code -o}: separated by commas, the first {@code =} of each
   * separates the name from the value, a backslash takes the next character as it is.
   *
   * @throws OptionException for the first that is wrong
   */
  public static MountOptions parse(String text) throws OptionException {
    return builder().parse(text).build();
  }

  /** With everything at its default: no base directories, verify what has a digest. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options one by one; the last word on each counts. */
  public static final class Builder {
    private List<Path> baseDirectories = List.of();
    private @Nullable Digest digest;
    private VerifyPolicy verification = VerifyPolicy.IF_PRESENT;
    private boolean allowOther;
    private boolean setId;
    private boolean devices;
    private DriverChoice driver = DriverChoice.AUTO;
    private @Nullable DataPath dataPath;
    private @Nullable String fsName;

    private Builder() {}

    public Builder baseDirectories(List<Path> directories) {
      baseDirectories = List.copyOf(directories);
      return this;
    }

    public Builder baseDirectories(Path... directories) {
      return baseDirectories(List.of(directories));
    }

    public Builder digest(@Nullable Digest expected) {
      digest = expected;
      return this;
    }

    public Builder verification(VerifyPolicy policy) {
      verification = policy;
      return this;
    }

    public Builder allowOther(boolean allow) {
      allowOther = allow;
      return this;
    }

    public Builder setId(boolean honour) {
      setId = honour;
      return this;
    }

    public Builder devices(boolean honour) {
      devices = honour;
      return this;
    }

    public Builder driver(DriverChoice choice) {
      driver = choice;
      return this;
    }

    public Builder dataPath(@Nullable DataPath path) {
      dataPath = path;
      return this;
    }

    public Builder fsName(@Nullable String name) {
      fsName = name;
      return this;
    }

    /** To ask for the default must not take away what somebody else demands. */
    Builder tryVerification() {
      if (verification != VerifyPolicy.REQUIRE) {
        verification = VerifyPolicy.IF_PRESENT;
      }
      return this;
    }

    /** Takes over everything that an option string says, as {@link MountOptions#parse} reads it. */
    public Builder parse(String text) throws OptionException {
      for (OptionText option : OptionText.split(text)) {
        option.applyTo(this);
      }
      return this;
    }

    public MountOptions build() {
      return new MountOptions(
          baseDirectories,
          digest,
          verification,
          allowOther,
          setId,
          devices,
          driver,
          dataPath,
          fsName);
    }
  }
}
