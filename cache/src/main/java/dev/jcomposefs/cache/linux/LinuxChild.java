package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program started by this one that inherits a descriptor, which {@link ProcessBuilder} cannot
 * give. Its standard input and output are ours; what it says on standard error is kept.
 */
public final class LinuxChild {
  /** The number under which the child finds the inherited descriptor. */
  public static final int INHERITED = 3;

  private static final int STANDARD_ERROR = 2;

  /** What there is of standard error for a message, bytes; the rest is read and dropped. */
  private static final int MAX_ERRORS = 16 << 10;

  private static final int POLL_IN = 1;
  private static final int SIGKILL = 9;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  /** posix_spawn_file_actions_t is 80 bytes in glibc and in musl; some more for others. */
  private static final int FILE_ACTIONS_SIZE = 256;

  /** The C functions; apart, so that only a program that starts one pays for finding them. */
  private static final class Functions {
    static final MemorySegment SPAWN = Kernel.function("posix_spawnp");
    static final MemorySegment ACTIONS_INIT = Kernel.function("posix_spawn_file_actions_init");
    static final MemorySegment ACTIONS_DUP = Kernel.function("posix_spawn_file_actions_adddup2");
    static final MemorySegment ACTIONS_DESTROY =
        Kernel.function("posix_spawn_file_actions_destroy");
  }

  /**
   * How a child ended.
   *
   * @param status exit status, or 128 and the signal that ended it, as a shell has it
   * @param errors what it wrote on standard error, trimmed
   */
  public record Outcome(int status, String errors) {}

  private final int pid;
  private final Fd errors;

  private LinuxChild(int pid, Fd errors) {
    this.pid = pid;
    this.errors = errors;
  }

  /**
   * {@code int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t
   * *actions, NULL, char *const argv[], char *const envp[])}.
   *
   * @param command the program, looked for on the PATH, and its arguments
   * @param environment all of the child's environment
   * @param inherited what it finds as descriptor {@value #INHERITED}; null for nothing
   * @throws FsException ENOENT if there is no such program
   */
  public static LinuxChild start(
      List<ByteString> command, Map<String, String> environment, @Nullable Fd inherited)
      throws FsException {
    ByteString program = command.getFirst();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pipe = arena.allocate(JAVA_INT, 2);
      Kernel.check(
          Kernel.call(Syscall.PIPE2, pipe.address(), OpenFlags.CLOSE_ON_EXEC, 0), "pipe", program);
      Fd readEnd = Fd.adopt(pipe.getAtIndex(JAVA_INT, 0));
      try (Fd writeEnd = Fd.adopt(pipe.getAtIndex(JAVA_INT, 1))) {
        return new LinuxChild(spawn(command, environment, inherited, writeEnd, arena), readEnd);
      } catch (Throwable t) {
        readEnd.close();
        throw t;
      }
    }
  }

  private static int spawn(
      List<ByteString> command,
      Map<String, String> environment,
      @Nullable Fd inherited,
      Fd standardError,
      Arena arena)
      throws FsException {
    ByteString program = command.getFirst();
    MemorySegment argv = arena.allocate(JAVA_LONG, command.size() + 1L);
    for (int i = 0; i < command.size(); i++) {
      argv.setAtIndex(JAVA_LONG, i, Kernel.path(command.get(i), "spawn", arena).address());
    }
    long actions = arena.allocate(FILE_ACTIONS_SIZE, Long.BYTES).address();
    call(Functions.ACTIONS_INIT, program, actions, 0, 0, 0, 0, 0);
    try {
      // first standard error: the descriptor it comes from may have the number of the other's goal
      call(
          Functions.ACTIONS_DUP, program, actions, standardError.number(), STANDARD_ERROR, 0, 0, 0);
      if (inherited != null) {
        // one that is copied to its own number loses its close-on-exec flag, which is enough
        call(Functions.ACTIONS_DUP, program, actions, inherited.number(), INHERITED, 0, 0, 0);
      }
      MemorySegment pid = arena.allocate(JAVA_INT);
      call(
          Functions.SPAWN,
          program,
          pid.address(),
          argv.get(JAVA_LONG, 0),
          actions,
          0,
          argv.address(),
          environment(environment, arena).address());
      return pid.get(JAVA_INT, 0);
    } finally {
      Kernel.callFunction(Functions.ACTIONS_DESTROY, actions, 0, 0, 0, 0, 0);
    }
  }

  /** These functions return an errno themselves. */
  private static void call(
      MemorySegment function, Object subject, long a, long b, long c, long d, long e, long f)
      throws FsException {
    int error = (int) Kernel.callFunction(function, a, b, c, d, e, f);
    if (error != 0) {
      throw Kernel.failure(Errno.of(error), "spawn", subject);
    }
  }

  private static MemorySegment environment(
      Map<String, String> environment, SegmentAllocator allocator) {
    MemorySegment envp = allocator.allocate(JAVA_LONG, environment.size() + 1L);
    int i = 0;
    for (Map.Entry<String, String> entry : environment.entrySet()) {
      envp.setAtIndex(
          JAVA_LONG,
          i++,
          allocator.allocateFrom(entry.getKey() + "=" + entry.getValue()).address());
    }
    return envp;
  }

  /** Waits until the child has ended: {@code pid_t wait4(pid_t pid, int *status, 0, NULL)}. */
  public Outcome await() throws FsException {
    try (errors) {
      return reap(readErrors(NO_LIMIT));
    }
  }

  /**
   * The same for a child that may never end: it is killed when the time is over.
   *
   * @throws FsException ETIMEDOUT then
   */
  public Outcome await(Duration atMost) throws FsException {
    try (errors) {
      return reap(readErrors(System.nanoTime() + atMost.toNanos()));
    } catch (FsException e) {
      if (e.errno() == Errno.ETIMEDOUT) {
        // not waited for: one that hangs in the kernel does not even heed this at once
        Kernel.call(Syscall.KILL, pid, SIGKILL, 0);
      }
      throw e;
    }
  }

  private Outcome reap(String text) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(JAVA_INT);
      long result;
      do {
        result = Kernel.call(Syscall.WAIT4, pid, status.address(), 0, 0);
      } while (Kernel.is(result, Errno.EINTR));
      Kernel.check(result, "wait4", pid);
      int word = status.get(JAVA_INT, 0);
      int signal = word & 0x7f;
      return new Outcome(signal == 0 ? (word >> 8) & 0xff : 128 + signal, text);
    }
  }

  /**
   * Until the child has closed its end, which it does at the latest when it ends.
   *
   * @param deadline as {@link System#nanoTime} has it, or {@link #NO_LIMIT}
   */
  private String readErrors(long deadline) throws FsException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(1024);
      while (true) {
        if (deadline != NO_LIMIT) {
          long left = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
          if (LinuxFiles.poll(errors, POLL_IN, left) == 0) {
            throw new FsException(Errno.ETIMEDOUT, "process %d does not end".formatted(pid));
          }
        }
        int n = (int) Kernel.check(LinuxFiles.read(errors, buffer), "read", errors);
        if (n == 0) {
          return text.toString(StandardCharsets.UTF_8).strip();
        }
        int kept = Math.min(n, MAX_ERRORS - text.size());
        text.writeBytes(ByteString.copyOf(buffer, 0, kept).toByteArray());
      }
    }
  }
}
