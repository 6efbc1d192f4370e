package dev.jcomposefs.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests at the daemon's socket.
 *
 * <p>Only this user can reach the socket, and the kernel is asked once more who has come. Even so a
 * caller may be stuck, so one thread receives the requests of all callers and waits for none: who
 * has not said everything after {@link #PATIENCE}, says too much, or is the oldest of too many, is
 * hung up on. A complete request gets a thread of its own, because a mount may take long.
 */
public final class DaemonServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonServer.class);

  /** For a caller to say what he wants, and to take in the answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Callers that have not said yet what they want. */
  private static final int MOST_WAITING = 128;

  /** Requests that are being worked on. */
  private static final int MOST_RUNNING = 64;

  private static final long THREAD_IDLE_SECONDS = 5;

  /** Until somebody is accepted again after that has failed. */
  private static final long REST_MILLIS = 100;

  private static final int RECEIVE_BUFFER = 8192; // bytes

  /** What the daemon does. Called on any thread, by several at a time. */
  public interface Service {
    /**
     * Serves a mount, and unmounts it again if nobody hears the answer.
     *
     * @param reply to be called once
     */
    void mount(DaemonRequest.Mount request, Reply reply);

    /** All mounts. */
    List<MountStatus> status();

    /**
     * Unmounts everything and lets the process end; the answer is given before that.
     *
     * @param reply to be called once
     */
    void stop(Reply reply);
  }

  /** Whom an answer goes to. */
  @FunctionalInterface
  public interface Reply {
    /**
     * @return false if the caller is gone
     */
    boolean send(DaemonAnswer answer);
  }

  /** Somebody whose request is not complete yet. Belongs to the receiving thread. */
  private static final class Caller {
    final SocketChannel channel;
    final ByteArrayOutputStream request = new ByteArrayOutputStream();
    final long deadline = System.nanoTime() + PATIENCE.toNanos();

    Caller(SocketChannel channel) {
      this.channel = channel;
    }
  }

  private final Path socket;
  private final UserPrincipal owner;
  private final Service service;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final ExecutorService running =
      new ThreadPoolExecutor(
          0,
          MOST_RUNNING,
          THREAD_IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("jcfs-request-", 0).factory());
  private final Thread receiver =
      Thread.ofPlatform().daemon().name("jcfs-control").unstarted(this::receive);

  /** In the order in which they came; the receiving thread's alone. */
  private final Set<Caller> waiting = new LinkedHashSet<>();

  private final ByteBuffer received = ByteBuffer.allocate(RECEIVE_BUFFER);

  private volatile boolean closed;

  private DaemonServer(
      Path socket,
      UserPrincipal owner,
      Service service,
      ServerSocketChannel server,
      Selector selector) {
    this.socket = socket;
    this.owner = owner;
    this.service = service;
    this.server = server;
    this.selector = selector;
  }

  /**
   * Begins to listen.
   *
   * @param lock held for longer than this listens
   */
  public static DaemonServer start(DaemonLock lock, Service service) throws IOException {
    Path socket = lock.socket();
    // Left over from a daemon that was killed: there is none now.
    Files.deleteIfExists(socket);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_ACCEPT);
      DaemonServer daemon =
          new DaemonServer(socket, Files.getOwner(lock.directory()), service, channel, selector);
      daemon.receiver.start();
      return daemon;
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }

  private void receive() {
    try (server;
        selector) {
      SelectionKey accepting = server.keyFor(selector);
      while (!closed) {
        selector.select(accepting.interestOps() == 0 ? REST_MILLIS : PATIENCE.toMillis() / 2);
        accepting.interestOps(SelectionKey.OP_ACCEPT);
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
          SelectionKey key = keys.next();
          keys.remove();
          if (key.attachment() instanceof Caller caller) {
            receive(key, caller);
          } else {
            accept(key);
          }
        }
        hangUpOnTheSlow();
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("{}: no requests are taken any more", socket, e);
    } finally {
      waiting.forEach(caller -> hangUp(caller.channel));
    }
  }

  private void accept(SelectionKey key) {
    try {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      try {
        UserPrincipal user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!user.equals(owner)) {
          LOG.warn("{}: user {} was turned away", socket, user);
          hangUp(channel);
          return;
        }
        channel.configureBlocking(false);
        Caller caller = new Caller(channel);
        channel.register(selector, SelectionKey.OP_READ, caller);
        waiting.add(caller);
        if (waiting.size() > MOST_WAITING) {
          giveUp(waiting.iterator().next());
        }
      } catch (IOException e) {
        hangUp(channel);
        LOG.warn("{}: could not take a request: {}", socket, e.getMessage());
      }
    } catch (IOException e) {
      // Such as no descriptors to be had. The caller stays in the queue, so this would come again
      // at once; those who have been accepted go on meanwhile, and give theirs back.
      key.interestOps(0);
      LOG.warn("{}: could not accept a connection: {}", socket, e.getMessage());
    }
  }

  private void receive(SelectionKey key, Caller caller) {
    received.clear();
    int n;
    try {
      n = caller.channel.read(received);
    } catch (IOException e) {
      n = -1;
    }
    if (n < 0) {
      giveUp(caller);
      return;
    }
    boolean complete = n > 0 && received.get(n - 1) == '\n';
    caller.request.write(received.array(), 0, n);
    if (caller.request.size() > DaemonRequest.LONGEST) {
      giveUp(caller);
    } else if (complete) {
      key.cancel();
      waiting.remove(caller);
      String line = caller.request.toString(StandardCharsets.UTF_8);
      try {
        running.execute(() -> answer(caller.channel, line));
      } catch (RejectedExecutionException e) {
        LOG.warn("{}: more than {} requests at a time", socket, MOST_RUNNING);
        hangUp(caller.channel);
      } catch (OutOfMemoryError e) {
        LOG.warn("{}: no thread can be started for a request", socket);
        hangUp(caller.channel);
      }
    }
  }

  private void hangUpOnTheSlow() {
    long now = System.nanoTime();
    while (!waiting.isEmpty()) {
      Caller oldest = waiting.iterator().next();
      if (now - oldest.deadline < 0) {
        return;
      }
      giveUp(oldest);
    }
  }

  private void giveUp(Caller caller) {
    waiting.remove(caller);
    hangUp(caller.channel);
  }

  private static void hangUp(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("the caller is gone", e);
    }
  }

  private void answer(SocketChannel channel, String line) {
    try (PatientChannel caller = new PatientChannel(channel, PATIENCE)) {
      DaemonRequest request;
      try {
        request = DaemonRequest.parse(line);
      } catch (IOException e) {
        send(caller, DaemonAnswer.refused(String.valueOf(e.getMessage())));
        return;
      }
      switch (request) {
        case DaemonRequest.Mount mount -> service.mount(mount, answer -> send(caller, answer));
        case DaemonRequest.Stop _ -> service.stop(answer -> send(caller, answer));
        case DaemonRequest.Status _ -> {
          for (MountStatus status : service.status()) {
            caller.send(StatusJson.line(status));
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("the caller is gone", e);
    } catch (RuntimeException | Error e) {
      LOG.error("{}: request failed", socket, e);
    }
  }

  private static boolean send(PatientChannel caller, DaemonAnswer answer) {
    try {
      caller.send(answer.line());
      return true;
    } catch (IOException e) {
      LOG.debug("the caller is gone", e);
      return false;
    }
  }

  /** Listens no more; requests that are being worked on go on. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    closed = true;
    selector.wakeup();
    running.shutdown();
  }
}
