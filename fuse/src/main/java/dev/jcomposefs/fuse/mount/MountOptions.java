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
 * @param content what is to be found in it
 * @param server who answers
 * @param kernel what the kernel makes of it
 * @param layers what comes on top
 */
public record MountOptions(Content content, Server server, Kernel kernel, Layers layers) {
  /** Of mounts by this program under its own name. */
  public static final String SUBTYPE = "jcomposefs";

  /** Of mounts by the program that stands in for the C implementation's FUSE server. */
  public static final String COMPOSEFS_FUSE = "composefs-fuse";

  /** No base directories; verify what has a digest. */
  public static final MountOptions DEFAULT =
      new MountOptions(
          new Content(List.of(), null, VerifyPolicy.IF_PRESENT, true, false),
          new Server(DriverChoice.AUTO, null),
          new Kernel(false, false, false, null, SUBTYPE),
          new Layers(null, null, false, null));

  /**
   * What is served.
   *
   * @param baseDirectories where objects are looked for, in this order; may be none
   * @param digest the fs-verity digest that the image file must have; null for any
   * @param verification what is demanded of the content of files
   * @param acls whether POSIX ACLs in the image are kept, and count
   * @param withoutObjects whether to mount an image whose files need objects even if there is no
   *     base directory; their content cannot be read then
   */
  public record Content(
      List<Path> baseDirectories,
      @Nullable Digest digest,
      VerifyPolicy verification,
      boolean acls,
      boolean withoutObjects) {
    public Content {
      baseDirectories = List.copyOf(baseDirectories);
    }
  }

  /**
   * Who serves it.
   *
   * @param driver who is to speak to the kernel
   * @param dataPath how the bytes of objects should get to the kernel; null for the fastest that
   *     checks every byte. A driver that does not have the one that is wanted copies.
   */
  public record Server(DriverChoice driver, @Nullable DataPath dataPath) {}

  /**
   * What mount(2) is told.
   *
   * @param allowOther whether other users than the one who mounts may look, root among them
   * @param setId whether set-user-ID programs take effect; never for ordinary users
   * @param devices whether device nodes can be opened; never for ordinary users
   * @param fsName what {@code /proc/mounts} shows as the source; null for the path of the image
   * @param subtype what {@code /proc/mounts} shows as the type behind {@code fuse.}: {@link
   *     #SUBTYPE} or {@link #COMPOSEFS_FUSE}
   */
  public record Kernel(
      boolean allowOther,
      boolean setId,
      boolean devices,
      @Nullable String fsName,
      String subtype) {}

  /**
   * What the kernel puts on top.
   *
   * @param upperDirectory what takes changes, by an overlayfs on top of the mount; null for a mount
   *     that cannot be changed
   * @param workDirectory an empty directory beside it for overlayfs; null if that is
   * @param readOnly whether nothing is to be changed even so
   * @param userNamespace a file such as {@code /proc/PID/ns/user} through whose mapping the owners
   *     in the image are seen; null to see them as they are
   */
  public record Layers(
      @Nullable Path upperDirectory,
      @Nullable Path workDirectory,
      boolean readOnly,
      @Nullable Path userNamespace) {

    /**
     * What takes changes.
     *
     * @return null if nothing does
     * @throws OptionException for one of the two directories without the other
     */
    @Nullable WritableLayer writable() throws OptionException {
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

    private Layers withAbsolutePaths() {
      return new Layers(
          absolute(upperDirectory), absolute(workDirectory), readOnly, absolute(userNamespace));
    }

    private static @Nullable Path absolute(@Nullable Path path) {
      return path == null ? null : path.toAbsolutePath();
    }
  }

  /**
   * Reads options as they stand behind {@code -o}: separated by commas, the first {@code =} of each
   * separates the name from the value, a backslash takes the next character as it is.
   *
   * @throws OptionException for the first that is wrong
   */
  public static MountOptions parse(String text) throws OptionException {
    return DEFAULT.with(text);
  }

  /** The same, but what the text says as {@link #parse} reads it; the last word counts. */
  public MountOptions with(String text) throws OptionException {
    MountOptions options = this;
    for (OptionText option : OptionText.split(text)) {
      options = option.addTo(options);
    }
    return options;
  }

  private MountOptions with(Content changed) {
    return new MountOptions(changed, server, kernel, layers);
  }

  private MountOptions with(Server changed) {
    return new MountOptions(content, changed, kernel, layers);
  }

  private MountOptions with(Kernel changed) {
    return new MountOptions(content, server, changed, layers);
  }

  private MountOptions with(Layers changed) {
    return new MountOptions(content, server, kernel, changed);
  }

  /** The same wherever the working directory is. */
  public MountOptions withAbsolutePaths() {
    return withBaseDirectories(content.baseDirectories.stream().map(Path::toAbsolutePath).toList())
        .with(layers.withAbsolutePaths());
  }

  public MountOptions withBaseDirectories(Path... directories) {
    return withBaseDirectories(List.of(directories));
  }

  public MountOptions withBaseDirectories(List<Path> directories) {
    Content c = content;
    return with(new Content(directories, c.digest, c.verification, c.acls, c.withoutObjects));
  }

  public MountOptions withDigest(@Nullable Digest digest) {
    Content c = content;
    return with(new Content(c.baseDirectories, digest, c.verification, c.acls, c.withoutObjects));
  }

  public MountOptions withVerification(VerifyPolicy policy) {
    Content c = content;
    return with(new Content(c.baseDirectories, c.digest, policy, c.acls, c.withoutObjects));
  }

  public MountOptions withAcls(boolean honour) {
    Content c = content;
    return with(new Content(c.baseDirectories, c.digest, c.verification, honour, c.withoutObjects));
  }

  public MountOptions withoutObjects(boolean allow) {
    Content c = content;
    return with(new Content(c.baseDirectories, c.digest, c.verification, c.acls, allow));
  }

  public MountOptions withDriver(DriverChoice driver) {
    return with(new Server(driver, server.dataPath));
  }

  public MountOptions withDataPath(@Nullable DataPath path) {
    return with(new Server(server.driver, path));
  }

  public MountOptions withAllowOther(boolean allow) {
    Kernel k = kernel;
    return with(new Kernel(allow, k.setId, k.devices, k.fsName, k.subtype));
  }

  public MountOptions withSetId(boolean honour) {
    Kernel k = kernel;
    return with(new Kernel(k.allowOther, honour, k.devices, k.fsName, k.subtype));
  }

  public MountOptions withDevices(boolean honour) {
    Kernel k = kernel;
    return with(new Kernel(k.allowOther, k.setId, honour, k.fsName, k.subtype));
  }

  public MountOptions withFsName(@Nullable String name) {
    Kernel k = kernel;
    return with(new Kernel(k.allowOther, k.setId, k.devices, name, k.subtype));
  }

  public MountOptions withSubtype(String name) {
    Kernel k = kernel;
    return with(new Kernel(k.allowOther, k.setId, k.devices, k.fsName, name));
  }

  public MountOptions withUpperDirectory(@Nullable Path directory) {
    Layers l = layers;
    return with(new Layers(directory, l.workDirectory, l.readOnly, l.userNamespace));
  }

  public MountOptions withWorkDirectory(@Nullable Path directory) {
    Layers l = layers;
    return with(new Layers(l.upperDirectory, directory, l.readOnly, l.userNamespace));
  }

  public MountOptions withReadOnly(boolean only) {
    Layers l = layers;
    return with(new Layers(l.upperDirectory, l.workDirectory, only, l.userNamespace));
  }

  public MountOptions withUserNamespace(@Nullable Path file) {
    Layers l = layers;
    return with(new Layers(l.upperDirectory, l.workDirectory, l.readOnly, file));
  }
}
