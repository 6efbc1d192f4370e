package dev.jcomposefs.cli.mk;

import dev.jcomposefs.cli.terminal.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written under another name and appears under its own when it is complete: nobody
 * ever sees a part of it, and what had the name before stays if something fails.
 */
final class PendingFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;

  /** An interrupt must not leave a file behind either. */
  private final Thread onShutdown = new Thread(this::remove, "jcfs-clean");

  private PendingFile(Path target, Path temporary) throws IOException {
    this.target = target;
    this.temporary = temporary;
    this.channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Runtime.getRuntime().addShutdownHook(onShutdown);
  }

  /**
   * Begins to write.
   *
   * @param file may exist, as a regular file; a link to one stays a link
   */
  static PendingFile replacing(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // Renaming would replace a device with a file.
      throw new UserException(file + ": exists, and is not a regular file");
    }
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path name = target.getFileName();
    if (name == null) {
      throw new UserException(file + ": is a directory, expected a file");
    }
    String temporary = ".%s.%d.tmp".formatted(name, ProcessHandle.current().pid());
    return new PendingFile(target, target.resolveSibling(temporary));
  }

  /** Takes the content, unbuffered. */
  OutputStream content() {
    return Channels.newOutputStream(channel);
  }

  /** Gives the file its name, once its content is on the disk. */
  void publish() throws IOException {
    channel.force(true);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    Path directory = target.getParent();
    if (directory != null) {
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  private void remove() {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the file away, unless it has been published. */
  @Override
  public void close() throws IOException {
    channel.close();
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException e) {
      // The shutdown has begun and does the same.
    }
  }
}
