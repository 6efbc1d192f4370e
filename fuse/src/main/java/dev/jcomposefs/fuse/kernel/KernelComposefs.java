package dev.jcomposefs.fuse.kernel;

import dev.jcomposefs.cache.image.WrongImageDigestException;
import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFileSystem;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxLoop;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.erofs.ComposefsHeader;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.verity.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A composefs image mounted by the kernel alone: EROFS reads the image, overlayfs joins it with the
 * objects, and fs-verity, where it is asked for, checks them. No process of ours stays.
 *
 * @param objects where objects are looked for, in this order
 * @param digest the fs-verity digest that the image file must have; null for any
 * @param verity what is demanded of objects; with a digest, {@link Verity#REQUIRE}
 * @param writable where changes go; null for a mount that is read-only
 * @param readOnly whether it is to be read-only nevertheless
 * @param userNamespace a file such as {@code /proc/PID/ns/user} through whose mapping the owners in
 *     the image are seen; null to see them as they are
 */
public record KernelComposefs(
    List<Path> objects,
    @Nullable Digest digest,
    Verity verity,
    @Nullable WritableLayer writable,
    boolean readOnly,
    @Nullable Path userNamespace) {
  private static final String EROFS = "erofs";

  /** Bytes at the start of the image; the composefs header is among them. */
  private static final int BEGINNING = 4096;

  private static final int BLOCK_SIZE = 4096;

  public KernelComposefs {
    objects = List.copyOf(objects);
  }

  /**
   * Mounts an image.
   *
   * @param target an existing directory
   * @throws ImageWithoutVerityException if a digest is asked for and the kernel has none
   * @throws WrongImageDigestException if it has another
   * @throws FsException for a file that is no composefs image, and whatever the kernel does not
   *     take
   * @throws IOException if this kernel's EROFS cannot read such images
   */
  public void mount(Path image, Path target) throws IOException {
    checkReadsChunks(System.getProperty("os.version", ""));
    try (Fd file =
        LinuxFiles.open(image, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK | OpenFlags.NO_CTTY)) {
      String source = image.toString();
      FileStat stat = LinuxFiles.stat(file);
      if (!stat.isRegular()) {
        throw new FsException(
            Errno.EINVAL, "%s: found %s, expected regular file".formatted(source, stat.typeText()));
      }
      if (digest != null) {
        checkDigest(file, stat, source, digest);
      }
      ComposefsHeader header = header(file, source);
      try (StagingDirectory staging = StagingDirectory.create()) {
        try (Fd erofs = erofs(file, header.hasAcls())) {
          mapOwners(erofs);
          LinuxMounts.attach(erofs, LinuxFiles.bytesOf(staging.path()));
        }
        new Overlay(
                staging.path(),
                objects,
                digest == null ? verity : Verity.REQUIRE,
                writable,
                readOnly)
            .mount(target);
      }
    }
  }

  /**
   * Before Linux 5.15, EROFS mounts an image whose files are in chunks, as those with objects are,
   * and then fails every look at one of them.
   *
   * @param release of the kernel, as uname(2) has it; one that says no version is taken for a newer
   *     one
   */
  static void checkReadsChunks(String release) throws IOException {
    Matcher version = Pattern.compile("(\\d{1,5})\\.(\\d{1,5}).*").matcher(release);
    if (version.matches()) {
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      if (major < 5 || (major == 5 && minor < 15)) {
        throw new IOException(
            "the kernel is Linux %d.%d, whose EROFS cannot read composefs images; 5.15 can"
                .formatted(major, minor));
      }
    }
  }

  private static void checkDigest(Fd file, FileStat stat, String source, Digest expected)
      throws FsException {
    Digest found = stat.hasVerity() ? LinuxVerity.measure(file, source) : null;
    if (found == null) {
      throw new ImageWithoutVerityException(source);
    }
    if (!found.equals(expected)) {
      throw new WrongImageDigestException(source, found, expected);
    }
  }

  private static ComposefsHeader header(Fd file, String source) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment beginning = arena.allocate(BEGINNING);
      long length = LinuxFiles.readFully(file, beginning, 0, source);
      return ComposefsHeader.decode(new ImageBytes(beginning.asSlice(0, length), source));
    }
  }

  private static Fd erofs(Fd file, boolean acls) throws FsException {
    try {
      return erofs(ByteString.utf8("/proc/self/fd/" + file.number()), acls);
    } catch (FsException e) {
      // what EROFS says of a file where it takes devices only: before Linux 6.12
      if (e.errno() != Errno.ENOTBLK) {
        throw e;
      }
    }
    try (LinuxLoop.Device device = LinuxLoop.attach(file, BLOCK_SIZE)) {
      return erofs(device.path(), acls);
    }
  }

  private static Fd erofs(ByteString source, boolean acls) throws FsException {
    try (LinuxFileSystem erofs = LinuxFileSystem.open(EROFS)) {
      erofs.set("source", source);
      erofs.set("ro");
      if (!acls) {
        erofs.set("noacl");
      }
      return erofs.mount(LinuxFileSystem.READ_ONLY);
    }
  }

  private void mapOwners(Fd erofs) throws FsException {
    if (userNamespace != null) {
      try (Fd namespace = LinuxFiles.open(userNamespace, OpenFlags.READ_ONLY)) {
        LinuxMounts.mapOwners(erofs, namespace);
      }
    }
  }
}
