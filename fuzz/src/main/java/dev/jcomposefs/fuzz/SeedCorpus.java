package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.descriptor.DescriptorWriter;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Small sound inputs that between them have every feature of their formats. */
public final class SeedCorpus {
  private static final String DIGEST = "5a".repeat(32);
  private static final String OBJECT = "5a/" + "5a".repeat(31);

  private static final String EMPTY = "/ 0 40755 2 0 0 0 0.0 - - -\n";

  /** Every kind of inode, shared and own xattrs, whiteouts, a hard link. */
  private static final String EVERYTHING =
      """
      / 0 40755 4 0 0 0 1000.0 - - - security.selinux=label user.k=v
      /block 0 60600 1 0 0 66305 1000.0 - - -
      /char 0 20600 1 0 0 1281 -5.7 - - -
      /dir 0 40750 2 65536 7 0 1000.5 - - - security.selinux=label user.k=v
      /dir/deep 0 40755 2 0 0 0 1000.0 - - -
      /dir/deep/file 0 100644 1 0 0 0 1000.0 - - - system.posix_acl_access=acl
      /dir/inline 6 100644 2 0 0 0 1000.0 - hello\\n - user.k=v user.own=1
      /dir/opaque 0 40755 2 0 0 0 1000.0 - - - trusted.overlay.opaque=y user.overlay.x=
      /dir/white 0 20000 1 0 0 0 1000.0 - - - user.w=
      /fifo 0 10644 1 0 0 0 1000.0 - - -
      /file 100000 100755 1 0 0 0 1000.0 OBJECT - DIGEST user.k=v
      /huge 9007199254740992 100644 1 0 0 0 1000.0 - - - lustre.l=1
      /link 0 @100644 - - - - - /dir/inline
      /named 100 100644 1 0 0 0 1000.0 /any/path - - other=o
      /socket 0 140755 1 0 0 0 1000.0 - - -
      /symlink 3 120777 1 0 0 0 1000.0 dir - -
      """
          .replace("OBJECT", OBJECT)
          .replace("DIGEST", DIGEST);

  /** What a descriptor can hold: no content, and digests of SHA-256 only. */
  private static final String BACKED_ONLY =
      """
      / 0 40755 3 0 0 0 1000.0 - - - security.selinux=label
      /char 0 20600 1 0 0 1281 1000.0 - - -
      /dir 0 40750 2 65536 7 0 1000.5 - - - security.selinux=label user.k=v
      /dir/empty 0 100644 2 0 0 0 1000.0 - - -
      /fifo 0 10644 1 0 0 0 1000.0 - - -
      /file 100000 100755 1 0 0 0 1000.0 OBJECT - DIGEST user.k=v
      /link 0 @100644 - - - - - /dir/empty
      /symlink 3 120777 1 0 0 0 1000.0 dir - -
      """
          .replace("OBJECT", OBJECT)
          .replace("DIGEST", DIGEST);

  private SeedCorpus() {}

  /** The seeds of a target, by the file names that they get in a corpus. */
  static Map<String, byte[]> of(Target target) {
    return switch (target) {
      case EROFS_IMAGE, EROFS_TREE -> erofs();
      case DESCRIPTOR_IMAGE, DESCRIPTOR_TREE -> descriptors();
      case DUMP -> dumps();
      case MOUNT_OPTIONS -> mountOptions();
      case COMMAND_LINE -> commandLines();
    };
  }

  private static Map<String, byte[]> commandLines() {
    Map<String, byte[]> seeds = new TreeMap<>();
    seeds.put(
        "mkcomposefs",
        words("--digest-store=/st", "--use", "--threads", "2", "--min-version=1", "src", "image"));
    seeds.put("mkcomposefs-digest", words("--from-file", "--print-digest-only", "--", "-"));
    seeds.put("getopt", words("-fo", "x", "--bas", "--basedir", "y", "--filter=z", "--", "-o"));
    seeds.put(
        "mount",
        words("basedir=/a:/b,digest=" + DIGEST + ",verity,rw,upperdir=u,workdir=w,idmap=/m"));
    seeds.put("mount-kernel", words("basedir=a\\,b,driver=kernel,tryverity,ro"));
    seeds.put(
        "fuse", words("-f", "-s", "-osource=i,basedir=a\\,b", "-o", "noacl,allow_other", "mnt"));
    return seeds;
  }

  private static byte[] words(String... words) {
    return String.join("\0", words).getBytes(StandardCharsets.UTF_8);
  }

  /** EROFS images of all versions. */
  static Map<String, byte[]> erofs() {
    Map<String, byte[]> seeds = new TreeMap<>();
    for (ErofsVersion version : ErofsVersion.values()) {
      dumps().forEach((name, dump) -> seeds.put(name + "." + version, erofs(dump, version)));
    }
    return seeds;
  }

  static Map<String, byte[]> descriptors() {
    return new TreeMap<>(
        Map.of("backed-only", descriptor(BACKED_ONLY), "empty", descriptor(EMPTY)));
  }

  static Map<String, byte[]> dumps() {
    return new TreeMap<>(
        Map.of(
            "everything", ascii(EVERYTHING), "empty", ascii(EMPTY), "blocks", ascii(manyNames())));
  }

  static Map<String, byte[]> mountOptions() {
    return new TreeMap<>(
        Map.of(
            "everything",
            ascii(
                "basedir=/a:/b\\,c,digest=DIGEST,verity,tryverity,noverity,verify=require,allow_other,"
                        .replace("DIGEST", DIGEST)
                    + "suid,nosuid,dev,nodev,driver=dev,datapath=no-open,fsname=x\\\\,upperdir=/u,"
                    + "workdir=/w,idmap=/i,ro,rw,acl,noacl,noobjects,exec,default_permissions"),
            "empty",
            ascii(",,=,"),
            "half",
            ascii("upperdir=/u,basedir=:,digest=5a,x\\")));
  }

  /** A directory of two blocks and a tail. */
  private static String manyNames() {
    StringBuilder dump = new StringBuilder(EMPTY + "/d 0 40755 2 0 0 0 0.0 - - -\n");
    for (int i = 0; i < 60; i++) {
      dump.append("/d/%02d%s 0 100644 1 0 0 0 0.0 - - -\n".formatted(i, "n".repeat(140)));
    }
    return dump.toString();
  }

  private static byte[] erofs(byte[] dump, ErofsVersion version) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ErofsWriter.write(tree(dump), version, HashAlgorithm.SHA256, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a seed is sound", e);
    }
  }

  private static byte[] descriptor(String dump) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      DescriptorWriter.write(tree(ascii(dump)), null, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a seed is sound", e);
    }
  }

  private static Tree tree(byte[] dump) throws IOException {
    return DumpReader.read(new ByteArrayInputStream(dump), "seed", DumpMode.COMPATIBLE);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Writes the seeds of one target.
   *
   * @param arguments name of the target, directory
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    for (Map.Entry<String, byte[]> seed : of(Target.named(arguments[0])).entrySet()) {
      Files.write(directory.resolve(seed.getKey()), seed.getValue());
    }
  }
}
