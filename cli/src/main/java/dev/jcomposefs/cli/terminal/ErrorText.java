package dev.jcomposefs.cli.terminal;

import dev.jcomposefs.format.error.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Puts a failure into one line for the person at the terminal: {@code path: what was found, what
 * was expected}.
 */
public final class ErrorText {
  private ErrorText() {}

  /** One line, without the name of the program. */
  public static String of(Throwable e) {
    String text =
        switch (e) {
          case UncheckedIOException wrapped when wrapped.getCause() != null ->
              of(wrapped.getCause());
          case FileSystemException file -> file.getFile() + ": " + reason(file);
          case UnmatchedArgumentException misuse when !misuse.isUnknownOption() ->
              unmatched(misuse);
          case ParameterException misuse -> lowerFirst(withoutPrefix(messageOf(misuse)));
          case IOException io -> messageOf(io);
          case UserException user -> messageOf(user);
          default -> "internal error: " + e;
        };
    return Printable.of(text);
  }

  private static String unmatched(UnmatchedArgumentException misuse) {
    boolean command = !misuse.getCommandLine().getSubcommands().isEmpty();
    return (command ? "there is no command '%s'" : "unexpected argument '%s'")
        .formatted(misuse.getUnmatched().getFirst());
  }

  /** Whether it is a fault of this program, which only a stack trace can explain. */
  public static boolean isDefect(Throwable e) {
    return !(e instanceof IOException
        || e instanceof UncheckedIOException
        || e instanceof UserException);
  }

  /** The JDK leaves the reason out of the messages of the exceptions it has a class for. */
  private static String reason(FileSystemException e) {
    @Nullable Errno errno =
        switch (e) {
          case NoSuchFileException x -> Errno.ENOENT;
          case AccessDeniedException x -> Errno.EACCES;
          case NotDirectoryException x -> Errno.ENOTDIR;
          case FileSystemLoopException x -> Errno.ELOOP;
          default -> null;
        };
    if (errno != null) {
      return lowerFirst(errno.text());
    }
    String reason = e.getReason();
    return reason == null ? e.getClass().getSimpleName() : lowerFirst(reason);
  }

  private static String messageOf(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** Some of picocli's messages begin with it, some do not. */
  private static String withoutPrefix(String message) {
    String prefix = "Error: ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
