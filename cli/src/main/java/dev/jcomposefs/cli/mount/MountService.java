package dev.jcomposefs.cli.mount;

import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Mounts an image and serves it in this process until it is unmounted. */
public final class MountService {
  private MountService() {}

  /**
   * Serves, in the background if the launcher started this process to go on without it.
   *
   * @param foreground stay with the terminal in any case
   * @param log where warnings go in the background; null for a file beside the control socket
   * @return exit status
   * @throws IOException if the image cannot be mounted
   */
  public static int serve(
      Path image, Path directory, MountOptions options, boolean foreground, @Nullable Path log)
      throws IOException, InterruptedException {
    Path absoluteImage = image.toAbsolutePath();
    Path absoluteDirectory = directory.toAbsolutePath();
    return foreground || !Background.isWanted()
        ? serveHere(absoluteImage, absoluteDirectory, options)
        : serveInBackground(absoluteImage, absoluteDirectory, options, log);
  }

  /**
   * Says to a launcher that waits for a server that what was asked for is done, and that no server
   * comes.
   */
  public static void doneWithoutServer() {
    if (Background.isWanted()) {
      Background.sayReady();
    }
  }

  private static int serveHere(Path image, Path directory, MountOptions options)
      throws IOException, InterruptedException {
    try (ServedMount served = ServedMount.open(image, directory, options);
        StatusService _ = StatusService.of(served.mount(), null)) {
      served.mount().awaitEnd();
    }
    return 0;
  }

  private static int serveInBackground(
      Path image, Path directory, MountOptions options, @Nullable Path log)
      throws IOException, InterruptedException {
    // Opened first, so that the user learns at the terminal if that is impossible.
    try (ServerLog file = ServerLog.open(log);
        ServedMount served = ServedMount.open(image, directory, options);
        StatusService _ = StatusService.of(served.mount(), file.path())) {
      if (!Background.enter(file.file())) {
        return 1;
      }
      served.mount().awaitEnd();
    }
    return 0;
  }
}
