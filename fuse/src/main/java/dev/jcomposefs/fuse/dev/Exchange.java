package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.format.error.Errno;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request at a time: received, answered, and the reply sent. Belongs to one worker. */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** There is no request, and the descriptor does not wait for one. */
  static final int NOTHING = 0;

  /** The connection is gone. */
  static final int ENDED = -1;

  private static final int EINTR = -Errno.EINTR.number();
  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int ENOENT = -Errno.ENOENT.number();
  private static final int ENODEV = -Errno.ENODEV.number();
  private static final int ECONNABORTED = -Errno.ECONNABORTED.number();
  private static final int EIO = -Errno.EIO.number();
  private static final int EFAULT = -Errno.EFAULT.number();
  private static final int ENOMEM = -Errno.ENOMEM.number();

  private final Connection connection;
  private final Request request;
  private final Reply reply;
  private final Dispatcher dispatcher;

  Exchange(Connection connection, Request request, Reply reply, Dispatcher dispatcher) {
    this.connection = connection;
    this.request = request;
    this.reply = reply;
    this.dispatcher = dispatcher;
  }

  /**
   * Receives the next request.
   *
   * @return its bytes, {@link #NOTHING} or {@link #ENDED}
   */
  int receive(Fd device) {
    while (true) {
      long received = LinuxFuse.receive(device, request.buffer());
      if (received >= InHeaderLayout.SIZE) {
        return (int) received;
      }
      if (received == EAGAIN) {
        return NOTHING;
      }
      if (!isPassing(received)) {
        sayWhyItEnds(received);
        return ENDED;
      }
    }
  }

  /**
   * Whether the next attempt may succeed: a signal came, the request went away while it was copied,
   * or the kernel could not copy it and has failed it itself.
   */
  private static boolean isPassing(long result) {
    return result == EINTR
        || result == ENOENT
        || result == EIO
        || result == EFAULT
        || result == ENOMEM;
  }

  private void sayWhyItEnds(long received) {
    if (received >= 0) {
      LOG.error(
          "{}: received {} bytes, expected a request of at least {}",
          connection.name(),
          received,
          InHeaderLayout.SIZE);
    } else if (received != ENODEV && received != ECONNABORTED) {
      LOG.error(
          "{}: cannot receive requests: {}", connection.name(), Errno.of((int) -received).text());
    }
  }

  /**
   * Answers the request that was received last.
   *
   * @param device where it came from: a reply is taken nowhere else
   * @return null, or the request if it has to be put off
   */
  @Nullable PutOffRequest answer(Fd device, int received) {
    int length = dispatcher.answer(received);
    if (length == Dispatcher.PUT_OFF) {
      return new PutOffRequest(device, request, dispatcher.needsNoStore());
    }
    send(device, length);
    return null;
  }

  /** Answers a request that was put off; whoever does so has time for it. */
  void answer(PutOffRequest former) {
    former.copyTo(request.buffer());
    send(former.device(), dispatcher.answerAgain(former.length()));
  }

  /** Tells whoever waits for the answer to a request that there will be none. */
  static void refuse(Fd device, long unique, Errno errno) {
    try (Arena arena = Arena.ofConfined()) {
      Reply refusal = new Reply(arena.allocate(OutHeaderLayout.SIZE, Long.BYTES));
      LinuxFuse.send(device, refusal.buffer(), refusal.fail(unique, errno.number()));
    }
  }

  private void send(Fd device, int length) {
    if (length != Dispatcher.NO_REPLY) {
      long sent = LinuxFuse.send(device, reply.buffer(), length);
      if (sent != length) {
        unsent(device, sent);
      }
    }
  }

  /** Without an answer the caller would wait for ever, so it gets another one. */
  private void unsent(Fd device, long sent) {
    dispatcher.lost();
    if (sent == ENOENT || sent == ENODEV || sent == ECONNABORTED) {
      // Nobody waits for it any more.
      return;
    }
    LOG.error(
        "{}: the kernel refused the reply to request {} about node {}: {}",
        connection.name(),
        request.opcode(),
        request.node(),
        Errno.of((int) -sent).text());
    LinuxFuse.send(device, reply.buffer(), reply.fail(request.unique(), Errno.EIO.number()));
  }
}
