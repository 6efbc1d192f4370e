package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** EROFS below overlayfs: the measure of all. */
final class KernelTarget implements Target {
  private final boolean verity;
  private @Nullable Path overlay;
  private @Nullable Path erofs;

  /**
   * @param verity whether overlayfs demands of every object the digest that the image names, which
   *     takes a kernel and a file system with fs-verity
   */
  KernelTarget(boolean verity) {
    this.verity = verity;
  }

  @Override
  public String name() {
    return verity ? "kernel, verity" : "kernel";
  }

  @Override
  public String obstacle(Corpus.Kind kind) {
    if (!verity) {
      return "";
    }
    if (!Shell.isInstalled("fsverity")) {
      return "the fsverity command is not installed";
    }
    return "";
  }

  @Override
  public Path open(Corpus corpus, Corpus.Kind kind, Path directory) throws IOException {
    Path lower = Files.createDirectories(directory.resolve("erofs"));
    Path root = Files.createDirectories(directory.resolve("overlay"));
    Shell.run("mount -t erofs -o ro,loop \"$1\" \"$2\"", corpus.image(kind), lower);
    erofs = lower;
    if (verity) {
      Shell.run(
          "find \"$1\" -type f -exec fsverity enable {} \\; && "
              + "mount -t overlay overlay"
              + " -o ro,verity=require,metacopy=on,redirect_dir=follow,lowerdir=\"$2::$1\" \"$3\"",
          corpus.objects(),
          lower,
          root);
    } else {
      Shell.run(
          "mount -t overlay overlay -o ro,metacopy=on,redirect_dir=follow,lowerdir=\"$2::$1\""
              + " \"$3\"",
          corpus.objects(),
          lower,
          root);
    }
    overlay = root;
    return root;
  }

  @Override
  public void close() throws IOException {
    if (overlay != null) {
      Shell.run("umount \"$1\"", overlay);
      overlay = null;
    }
    if (erofs != null) {
      Shell.run("umount \"$1\"", erofs);
      erofs = null;
    }
  }
}
