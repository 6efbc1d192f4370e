package dev.jcomposefs.cli;

import dev.jcomposefs.cli.dropin.DropIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the usual commands one after the other in one JVM, so that the AOT cache which the build
 * makes from this run holds the classes they need. It lives among the shipped classes because a
 * cache fits only the very class path it was made with.
 */
final class AotTraining {
  private static final String DUMP =
      """
      / 0 40755 3 0 0 0 1000.0 - - - user.a=b
      /char 0 20644 1 0 0 259 1000.0 - - -
      /external 5000 100644 1 0 0 0 1000.0 ab/cd - -
      /inline 2 100644 2 0 0 0 1000.0 - hi - user.a=b security.selinux=x
      /link 0 @100644 - - - - - /inline
      /sub 0 40755 2 0 0 0 1000.0 - - -
      /sub/symlink 1 120777 1 0 0 0 1000.0 inline - -
      """;

  private AotTraining() {}

  /**
   * @param args {@code making} and a directory with a tree, whose image and objects are made;
   *     {@code server}, an image, a directory to mount it on, and its object store; or {@code
   *     commands}, a directory with a tree, its image and its objects, then {@code mounted} if a
   *     server and a daemon run
   */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("making")) {
      makeImages(Path.of(args[1]));
    } else if (args[0].equals("server")) {
      // Its options are looked at before the image is missed.
      String options = "basedir=" + args[3];
      DropIn.run("mount.composefs", "-o", options, args[1] + ".missing", args[2]);
      DropIn.run("composefs-fuse", "-o", "source=" + args[2] + "," + options, args[2]);
      Jcfs.main(new String[] {"mount", "-o", options, args[1], args[2]});
    } else {
      runCommands(Path.of(args[1]), args.length > 2);
    }
  }

  private static void makeImages(Path work) throws IOException {
    String source = work.resolve("tree").toString();
    String store = work.resolve("objects").toString();
    String image = work.resolve("image").toString();
    String other = work.resolve("other").toString();
    succeed("mk", "--store", store, "--print-digest", source, image);
    succeedAs("mkcomposefs", "--digest-store=" + store, "--print-digest", source, other);
    succeedAs("mkcomposefs", "--print-digest-only", source);
    Path dump = Files.writeString(work.resolve("making.dump"), DUMP);
    succeedAs("mkcomposefs", "--print-digest", "--from-file", dump.toString(), other);
    succeedAs("composefs-info", "measure-file", image);
  }

  private static void runCommands(Path work, boolean mounted) throws IOException {
    String source = work.resolve("tree").toString();
    String store = work.resolve("objects").toString();
    String image = work.resolve("image").toString();
    String mountPoint = work.resolve("mnt").toString();
    succeed("--version");
    succeed("--help");
    Jcfs.run("no-such-command");
    succeed("mk", "--store", store, "--print-digest", source, work.resolve("again").toString());
    succeed("info", image);
    succeed("info", "--json", image);
    runDropIns(work, source, image);
    succeed("status");
    if (mounted) {
      succeed("status", "--json", mountPoint);
      succeed("umount", mountPoint);
      succeed("daemon", "--stop");
    } else {
      Jcfs.run("umount", mountPoint);
    }
  }

  private static void runDropIns(Path work, String source, String image) throws IOException {
    Path dump = Files.writeString(work.resolve("dump"), DUMP);
    String copy = work.resolve("copy").toString();
    succeedAs("mkcomposefs", "--print-digest-only", "--from-file", dump.toString());
    succeedAs("mkcomposefs", "--print-digest", "--from-file", dump.toString(), copy);
    succeedAs("mkcomposefs", "--print-digest-only", source);
    succeedAs("composefs-info", "measure-file", copy, image);
    succeedAs("composefs-info", "ls", copy, image);
    succeedAs("composefs-info", "dump", "--filter=small", copy, image);
    succeedAs("composefs-info", "missing-objects", "--basedir", source, image);
    succeedAs("composefs-dump", image, copy);
    DropIn.run("composefs-info", "--help");
    DropIn.run("mkcomposefs", "--help");
  }

  private static void succeedAs(String... args) {
    if (DropIn.run(args) != 0) {
      throw new IllegalStateException("failed: " + String.join(" ", args));
    }
  }

  private static void succeed(String... args) {
    if (Jcfs.run(args) != 0) {
      throw new IllegalStateException("failed: jcfs " + String.join(" ", args));
    }
  }
}
