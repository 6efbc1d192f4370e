package dev.jcomposefs.cli;

import dev.jcomposefs.cli.dropin.DropIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

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
   * @param args an empty directory to work in; then {@code --mount} if a mount that is left behind
   *     goes away with this process, because nobody else sees it
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path work = Path.of(args[0]);
    String source = makeTree(work).toString();
    String store = work.resolve("objects").toString();
    String image = work.resolve("image").toString();
    succeed("--version");
    succeed("--help");
    Jcfs.run("no-such-command");
    succeed("mk", "--store", store, "--print-digest", source, image);
    succeed("info", image);
    succeed("info", "--json", image);
    runDropIns(work, source, image);
    Path mountPoint = Files.createDirectory(work.resolve("mnt"));
    Jcfs.run("umount", mountPoint.toString());
    if (args.length > 1) {
      mount(mountPoint, "basedir=" + store, image);
    } else {
      Jcfs.run("mount", "-o", "basedir=" + store, image + ".missing", mountPoint.toString());
      succeed("status");
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

  private static Path makeTree(Path work) throws IOException {
    Path tree = Files.createDirectory(work.resolve("tree"));
    byte[] content = new byte[200_000];
    new Random(1).nextBytes(content);
    Files.write(tree.resolve("large"), content);
    Files.writeString(tree.resolve("small"), "small");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("small"));
    Files.writeString(tree.resolve("empty"), "");
    return tree;
  }

  private static void mount(Path mountPoint, String options, String image)
      throws IOException, InterruptedException {
    CompletableFuture<Void> server =
        CompletableFuture.runAsync(
            () -> succeed("mount", "-f", "-o", options, image, mountPoint.toString()));
    while (isEmpty(mountPoint) && !server.isDone()) {
      // The child's start is all the pause that is needed.
    }
    succeed("status");
    succeed("status", "--json", mountPoint.toString());
    succeed("umount", "--lazy", mountPoint.toString());
    server.join();
  }

  /** Looks by a process of its own, because a server must not wait for itself; reads everything. */
  private static boolean isEmpty(Path directory) throws IOException, InterruptedException {
    return new ProcessBuilder(
                "sh", "-c", "ls -lR \"$1\" && cat \"$1\"/*", "sh", directory.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        != 0;
  }
}
