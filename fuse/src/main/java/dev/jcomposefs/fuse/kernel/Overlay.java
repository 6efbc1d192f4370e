package dev.jcomposefs.fuse.kernel;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFileSystem;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An overlay mount to be made.
 *
 * <p>Source: Linux {@code Documentation/filesystems/overlayfs.rst}, {@code fs/overlayfs/params.c}.
 *
 * @param lower a directory where an image is mounted
 * @param objects data-only layers, in the order in which they are searched; absolute
 * @param verity what is demanded of the data
 * @param writable where changes go; null for a mount that is read-only
 * @param readOnly whether it is to be read-only nevertheless
 */
public record Overlay(
    Path lower,
    List<Path> objects,
    Verity verity,
    @Nullable WritableLayer writable,
    boolean readOnly) {
  /** What the list of mounts shows as the source. */
  public static final String SOURCE = "composefs";

  /** What the list of mounts shows as the type. */
  public static final String TYPE = "overlay";

  /** Separates the lower layers, and the data-only ones when doubled. */
  private static final String SEPARATOR = ":";

  /** How the kernel is told the layers: the ways of the last years, newest first. */
  enum Spelling {
    /** One after the other. Since Linux 6.8. */
    ONE_BY_ONE,

    /** In one string, where two colons begin a data-only layer. Since Linux 6.5. */
    DATA_ONLY,

    /** In one string; the names of the objects are hidden by whiteouts in the image's root. */
    ORDINARY
  }

  /**
   * A mount of a read-only one with changes on top.
   *
   * @param lower where that is mounted; shows attributes that begin with {@link #ownAttributes}
   *     with that prefix doubled
   */
  public static Overlay above(Path lower, WritableLayer writable, boolean readOnly) {
    return new Overlay(lower, List.of(), Verity.OFF, writable, readOnly);
  }

  public Overlay {
    objects = List.copyOf(objects);
  }

  /**
   * How the extended attributes begin by which overlayfs directs itself here. It takes those of a
   * lower layer for its own, and shows those with a doubled prefix without the doubling; for {@code
   * trusted.} attributes root must be that of the whole system.
   */
  public static String ownAttributes() {
    return LinuxProcess.isInInitialUserNamespace() ? "trusted.overlay." : "user.overlay.";
  }

  /**
   * Mounts it.
   *
   * @param target an existing directory
   * @throws FsException EINVAL for layers that overlayfs does not take
   */
  public void mount(Path target) throws FsException {
    try {
      mount(target, Spelling.ONE_BY_ONE);
    } catch (FsException e) {
      switch (e.errno()) {
        case EINVAL, ENOSYS -> {}
        default -> throw e;
      }
      if (!mountsInOneString(target)) {
        throw e;
      }
    }
  }

  private boolean mountsInOneString(Path target) throws FsException {
    for (Spelling spelling : List.of(Spelling.DATA_ONLY, Spelling.ORDINARY)) {
      try {
        mount(target, spelling);
        return true;
      } catch (FsException e) {
        if (e.errno() != Errno.EINVAL) {
          throw e;
        }
      }
    }
    return false;
  }

  void mount(Path target, Spelling spelling) throws FsException {
    if (spelling == Spelling.ONE_BY_ONE) {
      try (Fd mount = create()) {
        LinuxMounts.attach(mount, LinuxFiles.bytesOf(target));
      }
    } else {
      LinuxMounts.mount(
          ByteString.utf8(SOURCE),
          LinuxFiles.bytesOf(target),
          ByteString.utf8(TYPE),
          readOnly ? LinuxMounts.READ_ONLY : 0,
          inOneString(spelling));
    }
  }

  private Fd create() throws FsException {
    try (LinuxFileSystem overlay = LinuxFileSystem.open(TYPE)) {
      overlay.set("source", SOURCE);
      for (String option : switches()) {
        int equals = option.indexOf('=');
        if (equals < 0) {
          overlay.set(option);
        } else {
          overlay.set(option.substring(0, equals), option.substring(equals + 1));
        }
      }
      demand(overlay);
      overlay.set("lowerdir+", LinuxFiles.bytesOf(lower));
      for (Path object : objects) {
        overlay.set("datadir+", LinuxFiles.bytesOf(object));
      }
      if (writable != null) {
        // unlike those above these are unescaped, whichever way they come
        overlay.set("upperdir", escaped(writable.upper(), "\\"));
        overlay.set("workdir", escaped(writable.work(), "\\"));
      }
      return overlay.mount(readOnly ? LinuxFileSystem.READ_ONLY : 0);
    }
  }

  /** Without {@code trusted.} attributes overlayfs can neither redirect nor split files. */
  private static List<String> switches() {
    return LinuxProcess.isInInitialUserNamespace()
        ? List.of("metacopy=on", "redirect_dir=on")
        : List.of("userxattr");
  }

  private void demand(LinuxFileSystem overlay) throws FsException {
    if (verity == Verity.OFF) {
      return;
    }
    try {
      overlay.set("verity", "require");
    } catch (FsException e) {
      if (verity == Verity.REQUIRE || e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
  }

  /** As mount(2) takes it, comma-separated. */
  private ByteString inOneString(Spelling spelling) {
    List<String> options = new ArrayList<>(switches());
    if (verity == Verity.REQUIRE) {
      options.add("verity=require");
    }
    ByteString text = ByteString.utf8(String.join(",", options) + ",lowerdir=");
    text = text.concat(escaped(lower, "\\:,"));
    ByteString separator =
        ByteString.utf8(spelling == Spelling.DATA_ONLY ? SEPARATOR + SEPARATOR : SEPARATOR);
    for (Path object : objects) {
      text = text.concat(separator).concat(escaped(object, "\\:,"));
    }
    if (writable != null) {
      text =
          text.concat(ByteString.utf8(",upperdir="))
              .concat(escaped(writable.upper(), "\\,"))
              .concat(ByteString.utf8(",workdir="))
              .concat(escaped(writable.work(), "\\,"));
    }
    return text;
  }

  /** A path with a backslash in front of these characters. */
  private static ByteString escaped(Path path, String special) {
    ByteString bytes = LinuxFiles.bytesOf(path);
    byte[] text = new byte[2 * bytes.length()];
    int length = 0;
    for (int i = 0; i < bytes.length(); i++) {
      if (special.indexOf(bytes.at(i)) >= 0) {
        text[length++] = '\\';
      }
      text[length++] = bytes.at(i);
    }
    return ByteString.copyOf(text, 0, length);
  }
}
