package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A mount of nothing but an empty root, whose server does nothing but receive and reply: what its
 * requests take is what the kernel takes for a request, and no server in user space can do with
 * less. GETXATTR is answered with ENODATA, STATFS with next to nothing.
 *
 * <p>In this package because nothing outside it needs to know what a request looks like.
 */
public final class EmptyServer {
  /** What it does while there is no request. */
  public enum Manner {
    /** Sleeps. */
    ASLEEP,
    /** Looks again and again, which takes a CPU of its own. */
    LOOKING
  }

  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int ENODEV = -Errno.ENODEV.number();

  private static final int DIRECTORY = 0040755;

  private static final Path CPUS = Path.of("/dev/cpu_dma_latency");

  private final Request request;
  private final Reply reply;
  private final int pageSize;

  private EmptyServer(Arena arena) throws IOException {
    this.pageSize = LinuxProcess.pageSize();
    this.request = new Request(arena.allocate(64 << 10, Long.BYTES));
    this.reply =
        new Reply(
            arena.allocate(
                OutHeaderLayout.SIZE + Negotiation.largestTransfer(pageSize), Long.BYTES));
  }

  /**
   * Serves until it is unmounted.
   *
   * @param arguments a directory and a {@link Manner}
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Manner manner = Manner.valueOf(arguments[1]);
    try (Arena arena = Arena.ofConfined();
        Fd device = LinuxFuse.open()) {
      LinuxMounts.mount(
          ByteString.utf8("empty"),
          ByteString.utf8(directory.toString()),
          ByteString.utf8("fuse"),
          LinuxMounts.READ_ONLY | LinuxMounts.NO_SUID | LinuxMounts.NO_DEV,
          ByteString.utf8(
              "fd=%d,rootmode=40000,user_id=0,group_id=0,default_permissions"
                  .formatted(device.number())));
      EmptyServer server = new EmptyServer(arena);
      server.answer(device, LinuxFuse.receive(device, server.request.buffer()));
      // As the real one does: halted CPUs are no part of what a request takes.
      try (OutputStream cpus =
          Files.isWritable(CPUS) ? Files.newOutputStream(CPUS) : OutputStream.nullOutputStream()) {
        cpus.write(new byte[Integer.BYTES]);
        if (manner == Manner.ASLEEP) {
          server.serve(device);
        } else {
          try (Fd looking = LinuxFuse.clone(device, true)) {
            server.serve(looking);
          }
        }
      }
    }
  }

  private void serve(Fd device) throws IOException {
    long received = 0;
    while (received != ENODEV) {
      received = LinuxFuse.receive(device, request.buffer());
      if (received > 0) {
        answer(device, received);
      } else if (received == EAGAIN) {
        Thread.onSpinWait();
      }
    }
  }

  private void answer(Fd device, long received) throws IOException {
    if (received < InHeaderLayout.SIZE) {
      throw new IOException("received %d, expected a request".formatted(received));
    }
    request.received((int) received);
    Opcode opcode = Opcode.of(request.opcode());
    if (opcode == Opcode.FORGET || opcode == Opcode.BATCH_FORGET) {
      return;
    }
    LinuxFuse.send(device, reply.buffer(), build(opcode));
  }

  private int build(@Nullable Opcode opcode) {
    long unique = request.unique();
    if (opcode == Opcode.INIT) {
      Negotiation agreed = Negotiation.of(request, 0, pageSize);
      int maxReadahead = request.bits32(InitInLayout.MAX_READAHEAD_AT);
      return reply.succeed(unique, agreed.write(reply, maxReadahead));
    }
    if (opcode == Opcode.GETATTR) {
      reply.clear(AttrOutLayout.SIZE);
      reply.put64(AttrOutLayout.VALID_AT, AttrEncoder.FOREVER);
      reply.put32(AttrOutLayout.ATTR_AT + AttrLayout.MODE_AT, DIRECTORY);
      reply.put32(AttrOutLayout.ATTR_AT + AttrLayout.NLINK_AT, 2);
      return reply.succeed(unique, AttrOutLayout.SIZE);
    }
    if (opcode == Opcode.STATFS) {
      reply.clear(StatfsOutLayout.SIZE);
      reply.put32(StatfsOutLayout.BLOCK_SIZE_AT, pageSize);
      return reply.succeed(unique, StatfsOutLayout.SIZE);
    }
    Errno errno = opcode == Opcode.GETXATTR ? Errno.ENODATA : Errno.ENOSYS;
    return reply.fail(unique, errno.number());
  }
}
