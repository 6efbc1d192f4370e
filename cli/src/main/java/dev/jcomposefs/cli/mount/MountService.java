package dev.jcomposefs.cli.mount;

import dev.jcomposefs.fuse.mount.Mount;
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
    return serve(new Task(image, directory, options, null), foreground, log);
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

  /**
   * The same, and when this process dies another one goes on in its place.
   *
   * @param holder who sees to that
   * @throws IOException if the image cannot be mounted, or no other process could take over
   */
  static int serveHeld(
      Path image,
      Path directory,
      MountOptions options,
      boolean foreground,
      @Nullable Path log,
      Holder holder)
      throws IOException, InterruptedException {
    return serve(new Task(image, directory, options, holder), foreground, log);
  }

  private static int serve(Task task, boolean foreground, @Nullable Path log)
      throws IOException, InterruptedException {
    return foreground || !Background.isWanted() ? task.here() : task.inBackground(log);
  }

  /**
   * What is to be mounted where.
   *
   * @param holder null if the mount is to end with this process
   */
  private record Task(Path image, Path directory, MountOptions options, @Nullable Holder holder) {
    Task {
      // The background is another directory.
      image = image.toAbsolutePath();
      directory = directory.toAbsolutePath();
    }

    int here() throws IOException, InterruptedException {
      try (ServedMount served = ServedMount.open(this::open);
          StatusService _ = StatusService.of(served.mount(), null, holder)) {
        if (holder instanceof HoldingScript) {
          Background.sayReady(Background.STDERR);
        }
        ServiceNotices notices = ServiceNotices.ofThisProcess();
        if (notices != null) {
          notices.ready();
        }
        SpareMemory.giveBackWhenQuiet();
        served.mount().awaitEnd();
        if (holder != null) {
          holder.end();
        }
      }
      return 0;
    }

    int inBackground(@Nullable Path log) throws IOException, InterruptedException {
      // Opened first, so that the user learns at the terminal if that is impossible.
      try (ServerLog file = ServerLog.open(log, holder);
          ServedMount served = ServedMount.open(this::open);
          StatusService _ = StatusService.of(served.mount(), file.path(), holder)) {
        if (!Background.enter(file.file())) {
          return 1;
        }
        file.keepSmall();
        SpareMemory.giveBackWhenQuiet();
        served.mount().awaitEnd();
      }
      return 0;
    }

    private Mount open() throws IOException {
      return holder == null
          ? Mount.open(image, directory, options)
          : holder.open(image, directory, options);
    }
  }
}
