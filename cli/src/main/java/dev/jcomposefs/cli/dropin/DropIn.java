package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cli.file.DescriptorOutput;
import dev.jcomposefs.cli.terminal.ErrorText;
import dev.jcomposefs.cli.terminal.TypedWords;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entry of the programs that stand in for those of the C implementation. */
public final class DropIn {
  private static final int STDOUT = 1;

  private DropIn() {}

  /**
   * @param args the name that the program was called by, and its arguments
   */
  public static void main(String[] args) {
    int status = run(args);
    // Returning ends the JVM without the logging that System.exit does, 10 ms of a short command.
    if (status != 0) {
      System.exit(status);
    }
  }

  /**
   * Runs a program on this process's streams and returns its exit status.
   *
   * @param args as for {@link #main}
   */
  public static int run(String... args) {
    Invocation invocation =
        new Invocation(
            asTyped(args[0], System.getenv("PATH")),
            List.of(args).subList(1, args.length),
            System.in,
            DescriptorOutput.stdout(),
            LinuxFiles.isTerminal(Fd.adopt(STDOUT)),
            new FileOutputStream(FileDescriptor.err),
            System.getenv());
    String complaint = TypedWords.complaint(args);
    if (complaint != null) {
      complain(invocation, complaint);
      return 1;
    }
    return run(invocation);
  }

  /**
   * A script is told its whole path also when it was found by its name alone; whoever is shown the
   * name wants it as it was typed.
   */
  static String asTyped(String path, @Nullable String searchPath) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (String directory : (searchPath == null ? "" : searchPath).split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return Path.of(directory, name).toString().equals(path) ? name : path;
      }
    }
    return path;
  }

  static int run(Invocation invocation) {
    try {
      program(invocation).run(invocation);
      return 0;
    } catch (ProgramFailure e) {
      print(e.text().toByteArray(), invocation.err());
    } catch (FsException e) {
      // Whoever has stopped reading knows why.
      if (e.errno() != Errno.EPIPE) {
        complain(invocation, "write: " + e.errno().text());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      complain(invocation, Errno.EINTR.text());
    } catch (OutOfMemoryError e) {
      complain(invocation, Errno.ENOMEM.text());
    } catch (IOException e) {
      complain(invocation, ErrorText.of(e));
    }
    return 1;
  }

  private static Program program(Invocation invocation) throws ProgramFailure {
    String name = invocation.shortName();
    return switch (name) {
      case ComposefsInfo.NAME -> new ComposefsInfo();
      case ComposefsDump.NAME -> new ComposefsDump();
      case ComposefsFuse.NAME -> new ComposefsFuse();
      case Mkcomposefs.NAME -> new Mkcomposefs();
      case MountComposefs.NAME -> new MountComposefs();
      default -> throw new ProgramFailure("%s: there is no such program\n".formatted(name));
    };
  }

  private static void complain(Invocation invocation, String text) {
    print(
        "%s: %s\n".formatted(invocation.shortName(), text).getBytes(StandardCharsets.UTF_8),
        invocation.err());
  }

  private static void print(byte[] text, OutputStream err) {
    try {
      err.write(text);
      err.flush();
    } catch (IOException e) {
      // There is nobody else to tell, and the exit status says it, too.
    }
  }
}
