package dev.jcomposefs.cli.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes warnings and errors to stderr: one line each, and the stack trace if there is one. */
final class StderrLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return false;
  }

  @Override
  public boolean isInfoEnabled() {
    return false;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable cause) {
    String text = MessageFormatter.basicArrayFormat(message, arguments);
    ZonedDateTime now = ZonedDateTime.now(zone());
    String event = event(now, ProcessHandle.current().pid(), level, text, cause);
    byte[] bytes = event.getBytes(System.err.charset());
    // In one call, so that the lines of two threads do not mix.
    System.err.writeBytes(bytes);
    LogBound.logged(bytes.length);
  }

  /** A process that is out of descriptors, and says so, cannot read where it is any more. */
  private static ZoneId zone() {
    try {
      return ZoneId.systemDefault();
    } catch (RuntimeException | Error e) {
      return ZoneOffset.UTC;
    }
  }

  /** With a line break at its end. */
  static String event(
      ZonedDateTime time, long pid, Level level, String text, @Nullable Throwable cause) {
    StringBuilder lines = new StringBuilder();
    DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT).formatTo(time, lines);
    lines.append(" jcfs[").append(pid).append("]: ").append(level).append(": ");
    appendPrintable(text, false, lines);
    lines.append('\n');
    if (cause != null) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace, true));
      appendPrintable(trace.toString(), true, lines);
    }
    return lines.toString();
  }

  /** The name of a file, which a message may hold, must neither end a line nor steer a terminal. */
  private static void appendPrintable(String text, boolean isTrace, StringBuilder to) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean layout = isTrace && (c == '\n' || c == '\t');
      to.append(Character.isISOControl(c) && !layout ? '?' : c);
    }
  }
}
