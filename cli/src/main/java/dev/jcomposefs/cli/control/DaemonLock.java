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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
    return acquire(directory, PATIENCE);
  }

  static DaemonLock acquire(Path directory, Duration patience)
      throws IOException, InterruptedException {
    FileChannel file = open(directory);
    try {
      if (!lock(file, patience)) {
        throw new IOException(
            "a daemon of this user is running already, process "
                + Files.readString(directory.resolve(FILE)));
      }
      file.truncate(0);
      file.write(StandardCharsets.US_ASCII.encode(Long.toString(ProcessHandle.current().pid())));
      return new DaemonLock(directory, file);
    } catch (Throwable t) {
      file.close();
      throw t;
    }
  }

  private static FileChannel open(Path directory) throws IOException {
    return FileChannel.open(
        directory.resolve(FILE), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /** Whether nobody else has it all the time; if somebody has, the file is to be closed. */
  private static boolean lock(FileChannel file, Duration patience)
      throws IOException, InterruptedException {
    if (file.tryLock() != null) {
      return true;
    }
    FutureTask<FileLock> waiting = new FutureTask<>(file::lock);
    Thread.ofPlatform().daemon().name("jcfs-lock").start(waiting);
    try {
      waiting.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException("cannot wait for " + FILE, e.getCause());
    }
  }

  /** Removes the socket of a daemon that was killed, unless a new one has begun. */
  static void clearLeftOver(Path directory) throws IOException {
    try (FileChannel file = open(directory)) {
      if (file.tryLock() != null) {
        Files.deleteIfExists(socket(directory));
      }
    }
  }

  /** The daemon's socket. */
  Path socket() {
    return socket(directory);
  }

  private static Path socket(Path directory) {
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
