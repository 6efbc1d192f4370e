package dev.jcomposefs.cli.control;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Asks all servers of this user. */
public final class StatusClient {
  /** A server that is stopped or stuck must not stop the others from being shown. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long RETRY_NANOS = 20_000_000;

  private StatusClient() {}

  /**
   * What the servers said.
   *
   * @param mounts sorted by mount point
   * @param silent sockets whose server did not give a proper answer, each with the reason
   */
  public record Answers(List<MountStatus> mounts, List<String> silent) {}

  public static Answers askAll() throws IOException {
    return askAll(ControlDirectory.path());
  }

  static Answers askAll(Path directory) throws IOException {
    List<MountStatus> mounts = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    try {
      ControlDirectory.check(directory);
    } catch (NoSuchFileException e) {
      return new Answers(mounts, silent);
    }
    try (DirectoryStream<Path> sockets =
        Files.newDirectoryStream(directory, "*" + ControlDirectory.SOCKET)) {
      for (Path socket : sockets) {
        try {
          mounts.addAll(ask(socket, PATIENCE));
        } catch (ConnectException e) {
          clearLeftOver(directory, socket);
        } catch (IOException e) {
          // A server that was unmounted since the directory was read owes no answer.
          if (Files.exists(socket)) {
            silent.add(socket + ": " + e.getMessage());
          }
        }
      }
    }
    mounts.sort(Comparator.comparing(MountStatus::mountPoint));
    return new Answers(mounts, silent);
  }

  /**
   * Nobody listens any more. What a process that lives has its number on stays: its server may
   * begin to listen in this very moment, under this name.
   */
  private static void clearLeftOver(Path directory, Path socket) throws IOException {
    if (isDaemon(socket)) {
      DaemonLock.clearLeftOver(directory);
    } else if (!isOwnerAlive(socket)) {
      Files.deleteIfExists(socket);
    }
  }

  /**
   * Connects. If a server has died whose holder lives, the next one will listen before long.
   *
   * @throws ConnectException if nobody listens
   */
  private static PatientChannel connect(Path socket, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return PatientChannel.connect(socket, patience);
      } catch (ConnectException e) {
        if (!isHeld(socket) || !isOwnerAlive(socket) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private static boolean isHeld(Path socket) {
    return socket.toString().endsWith(ControlDirectory.HELD_SOCKET);
  }

  /** Of the process whose number is the beginning of the socket's name. */
  private static boolean isOwnerAlive(Path socket) {
    String name = String.valueOf(socket.getFileName());
    try {
      long number = Long.parseLong(name.substring(0, name.indexOf('.')));
      return ProcessHandle.of(number).isPresent();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isDaemon(Path socket) {
    return socket.endsWith(ControlDirectory.DAEMON_SOCKET);
  }

  static List<MountStatus> ask(Path socket, Duration patience) throws IOException {
    List<MountStatus> mounts = new ArrayList<>();
    try (PatientChannel server = connect(socket, patience)) {
      if (isDaemon(socket)) {
        server.send(new DaemonRequest.Status().line());
      }
      String line = server.line(DaemonAnswer.LONGEST);
      while (line != null) {
        mounts.add(StatusJson.parse(line));
        line = server.line(DaemonAnswer.LONGEST);
      }
    }
    if (mounts.isEmpty() && !isDaemon(socket)) {
      throw new IOException("found no answer");
    }
    return mounts;
  }
}
