package dev.jcomposefs.cli.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to be this user's daemon: a lock on a file, which the kernel takes back when its holder
 * ends, however that happens. Only who holds it may touch the daemon's socket.
 */
public final class DaemonLock implements AutoCloseable {
  private static final String FILE = "daemon.lock";

  /** Others hold it for a moment only, to clear away what a daemon left behind. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Path directory;
  private final FileChannel file;

  private DaemonLock(Path directory, FileChannel file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Takes it.
   *
   * @throws IOException if there is a daemon
   */
  public static DaemonLock acquire() throws IOException, InterruptedException {
    Path directory = ControlDirectory.path();
    ControlDirectory.create(directory);
    return acquire(directory);
  }

  static DaemonLock acquire(Path directory) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    DaemonLock lock = tryAcquire(directory);
    while (lock == null) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "a daemon of this user is running already, process "
                + Files.readString(directory.resolve(FILE)));
      }
      Thread.sleep(20);
      lock = tryAcquire(directory);
    }
    lock.file.truncate(0);
    lock.file.write(StandardCharsets.US_ASCII.encode(Long.toString(ProcessHandle.current().pid())));
    return lock;
  }

  private static @Nullable DaemonLock tryAcquire(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve(FILE), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return new DaemonLock(directory, file);
      }
      file.close();
      return null;
    } catch (Throwable t) {
      file.close();
      throw t;
    }
  }

  /** Removes the socket of a daemon that was killed, unless a new one has begun. */
  static void clearLeftOver(Path directory) throws IOException {
    try (DaemonLock lock = tryAcquire(directory)) {
      if (lock != null) {
        Files.deleteIfExists(lock.socket());
      }
    }
  }

  /** The daemon's socket. */
  Path socket() {
    return directory.resolve(ControlDirectory.DAEMON_SOCKET);
  }

  /** The control directory, which is this user's alone. */
  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
