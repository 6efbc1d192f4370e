package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.kernel.WritableLayer;
import dev.jcomposefs.fuse.mount.OptionException.Reason;
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
 * @param upperDirectory what takes changes, by an overlayfs on top of the mount; null for a mount
 *     that cannot be changed
 * @param workDirectory an empty directory beside it for overlayfs; null if that is
 * @param readOnly whether nothing is to be changed even so
 * @param subtype what {@code /proc/mounts} shows as the type behind {@code fuse.}: {@link #SUBTYPE}
 *     or {@link #COMPOSEFS_FUSE}
 * @param acls whether POSIX ACLs in the image are shown, and count
 * @param withoutObjects whether to mount an image whose files need objects even if there is no base
 *     directory; their content cannot be read then
 * @param userNamespace a file such as {@code /proc/PID/ns/user} through whose mapping the owners in
 *     the image are seen; null to see them as they are
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
    @Nullable String fsName,
    @Nullable Path upperDirectory,
    @Nullable Path workDirectory,
    boolean readOnly,
    @Nullable Path userNamespace,
    String subtype,
    boolean acls,
    boolean withoutObjects) {
  /** Of mounts by this program under its own name. */
  public static final String SUBTYPE = "jcomposefs";

  /** Of mounts by the program that stands in for the C implementation's FUSE server. */
  public static final String COMPOSEFS_FUSE = "composefs-fuse";

  public MountOptions {
    baseDirectories = List.copyOf(baseDirectories);
  }

  MountOptions withFsName(String name) {
    return new Builder(this).fsName(name).build();
  }

  /**
   * What takes changes.
   *
   * @return null if nothing does
   * @throws OptionException for one of the two directories without the other
   */
  @Nullable WritableLayer writableLayer() throws OptionException {
    if ((upperDirectory == null) != (workDirectory == null)) {
      throw new OptionException(
          upperDirectory == null ? "workdir" : "upperdir",
          Reason.MALFORMED,
          "upperdir and workdir are of use together only");
    }
    return upperDirectory == null || workDirectory == null
        ? null
        : new WritableLayer(upperDirectory.toAbsolutePath(), workDirectory.toAbsolutePath());
  }

  /** The same wherever the working directory is. */
  public MountOptions withAbsolutePaths() {
    return new Builder(this)
        .baseDirectories(baseDirectories.stream().map(Path::toAbsolutePath).toList())
        .upperDirectory(upperDirectory == null ? null : upperDirectory.toAbsolutePath())
        .workDirectory(workDirectory == null ? null : workDirectory.toAbsolutePath())
        .userNamespace(userNamespace == null ? null : userNamespace.toAbsolutePath())
        .build();
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
    private @Nullable Path upperDirectory;
    private @Nullable Path workDirectory;
    private boolean readOnly;
    private @Nullable Path userNamespace;
    private String subtype = SUBTYPE;
    private boolean acls = true;
    private boolean withoutObjects;

    private Builder() {}

    private Builder(MountOptions options) {
      baseDirectories = options.baseDirectories;
      digest = options.digest;
      verification = options.verification;
      allowOther = options.allowOther;
      setId = options.setId;
      devices = options.devices;
      driver = options.driver;
      dataPath = options.dataPath;
      fsName = options.fsName;
      upperDirectory = options.upperDirectory;
      workDirectory = options.workDirectory;
      readOnly = options.readOnly;
      userNamespace = options.userNamespace;
      subtype = options.subtype;
      acls = options.acls;
      withoutObjects = options.withoutObjects;
    }

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

    public Builder upperDirectory(@Nullable Path directory) {
      upperDirectory = directory;
      return this;
    }

    public Builder workDirectory(@Nullable Path directory) {
      workDirectory = directory;
      return this;
    }

    public Builder readOnly(boolean only) {
      readOnly = only;
      return this;
    }

    public Builder userNamespace(@Nullable Path file) {
      userNamespace = file;
      return this;
    }

    public Builder subtype(String name) {
      subtype = name;
      return this;
    }

    public Builder acls(boolean honour) {
      acls = honour;
      return this;
    }

    public Builder withoutObjects(boolean allow) {
      withoutObjects = allow;
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
          fsName,
          upperDirectory,
          workDirectory,
          readOnly,
          userNamespace,
          subtype,
          acls,
          withoutObjects);
    }
  }
}
