package dev.jcomposefs.fuse.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxMemory;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that serves requests, with buffers of its own. What it does when is decided together
 * with {@link WorkerGroup}.
 */
final class Worker implements Runnable, SlowSection {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** Bytes: thousands of forgotten nodes at once; the protocol wants 8192 at least. */
  private static final int RECEIVE_BUFFER = 64 << 10;

  /** Requests that were waiting, one after the other, before the leader calls for help. */
  private static final int BACKLOG = 4;

  /** A receive that takes no longer than this found its request waiting. */
  private static final long NO_SLEEP_NANOS = 2_000;

  /** On one CPU, one sleep of so many is timed. */
  private static final int TIMED_INTERVAL = 16;

  /** How often the deputy looks at the leader. */
  private static final long DEPUTY_INTERVAL_NANOS = 1_000_000;

  /** Looks without anything slow in between before the deputy rests. */
  private static final int DEPUTY_PATIENCE = 100;

  /** Nothing to do for this long, and a worker that rests gives back its thread and memory. */
  private static final long REST_NANOS = 5_000_000_000L;

  private final WorkerGroup group;
  private final Connection connection;
  private final Fd waiting;
  private final Fd looking;
  private final SpinPolicy spin;
  private final Traffic traffic;
  private final RequestCounts counts = new RequestCounts();

  /** Written under the group's lock. */
  volatile WorkerGroup.Role role = WorkerGroup.Role.RESTING;

  private volatile @Nullable Thread thread;

  /** Counts the beginnings and ends of slow requests, so it is odd during one. */
  private volatile int slowPhase;

  /** The slow request that is being answered, 0 for none. */
  @GuardedBy("this")
  private long busyWith;

  /** Who waits for it, and where the reply goes. */
  @GuardedBy("this")
  private int caller;

  @GuardedBy("this")
  private @Nullable Fd busyFor;

  /** Where the request came from that is being answered. */
  private @Nullable Fd answering;

  /** Whether this worker answers whatever it takes, because nobody else will. */
  private boolean insists;

  /**
   * @param waiting descriptor of the connection that waits for requests
   * @param looking descriptor of the connection that does not wait
   * @param traffic of the connection; used while this worker is the leader
   */
  Worker(
      WorkerGroup group,
      Connection connection,
      Fd waiting,
      Fd looking,
      SpinPolicy spin,
      Traffic traffic) {
    this.group = group;
    this.connection = connection;
    this.waiting = waiting;
    this.looking = looking;
    this.spin = spin;
    this.traffic = traffic;
  }

  /** Before the thread starts. */
  void belongsTo(Thread thread) {
    this.thread = thread;
  }

  @Nullable Thread thread() {
    return thread;
  }

  RequestCounts counts() {
    return counts;
  }

  @Override
  public void run() {
    boolean dismissed = false;
    boolean began = false;
    try (Arena arena = Arena.ofConfined()) {
      Request request = new Request(LinuxMemory.reserve(RECEIVE_BUFFER, arena));
      Reply reply = new Reply(LinuxMemory.reserve(connection.replyBufferSize(), arena));
      Dispatcher dispatcher = new Dispatcher(connection, request, reply, counts, this);
      Exchange exchange = new Exchange(connection, request, reply, dispatcher);
      began = true;
      while (!dismissed && !group.hasEnded()) {
        switch (role) {
          case LEADER -> lead(exchange);
          case DEPUTY -> watch();
          case HELPER -> help(exchange);
          case RESTING -> dismissed = rest();
        }
      }
    } catch (Throwable t) {
      LOG.error("{}: worker failed", connection.name(), t);
      dismissed = !began && group.excuse(this);
    } finally {
      if (!dismissed) {
        group.end();
      }
      group.left();
    }
  }

  private void lead(Exchange exchange) {
    int backlog = 0;
    int sleeps = 0;
    int phase = slowPhase;
    while (group.isLeader(this)) {
      Fd device = looking;
      boolean waited = true;
      int received = Exchange.NOTHING;
      int tries = spin.tries();
      for (int look = 0; received == Exchange.NOTHING && look < tries; look++) {
        received = exchange.receive(looking);
        waited = look > 0;
      }
      if (received != Exchange.NOTHING) {
        spin.found();
        traffic.came(0);
      } else {
        device = waiting;
        // On one CPU nothing is decided by a single sleep, unless a slow request came before it;
        // and the clock takes as long as the answer to a quick one.
        if (spin.isOnOneCpu() && slowPhase == phase && ++sleeps % TIMED_INTERVAL != 0) {
          received = exchange.receive(waiting);
          spin.slept();
          traffic.came();
        } else {
          long before = System.nanoTime();
          received = exchange.receive(waiting);
          long nanos = System.nanoTime() - before;
          spin.slept(nanos);
          traffic.came(nanos);
          waited = nanos > NO_SLEEP_NANOS;
        }
      }
      if (received == Exchange.ENDED) {
        group.end();
        return;
      }
      // On one CPU a caller may well have run before the leader looks again. A helper would only
      // take turns with it then, unless there is something to wait for together.
      boolean helpful = !spin.isOnOneCpu() || slowPhase != phase;
      phase = slowPhase;
      backlog = waited || !helpful ? 0 : backlog + 1;
      if (backlog == BACKLOG) {
        group.callHelper();
        backlog = 0;
      }
      answer(exchange, device, received);
    }
  }

  private void answer(Exchange exchange, Fd device, int received) {
    answering = device;
    PutOffRequest request = exchange.answer(device, received);
    if (request != null && !group.putOff(request)) {
      answer(exchange, request);
    }
  }

  private void answer(Exchange exchange, PutOffRequest request) {
    answering = request.device();
    insists = true;
    exchange.answer(request);
    insists = false;
  }

  /** Takes what waits, and what is there. */
  private void help(Exchange exchange) {
    do {
      PutOffRequest waiting = group.takePutOff();
      while (waiting != null) {
        answer(exchange, waiting);
        waiting = group.takePutOff();
      }
      int received = exchange.receive(looking);
      while (received > 0 && role == WorkerGroup.Role.HELPER) {
        answer(exchange, looking, received);
        received = exchange.receive(looking);
      }
    } while (!group.rest(this));
  }

  /**
   * Waits for something to do.
   *
   * @return whether there was nothing for so long that the thread should end
   */
  private boolean rest() {
    long before = System.nanoTime();
    LockSupport.parkNanos(this, REST_NANOS);
    return System.nanoTime() - before >= REST_NANOS && group.dismiss(this);
  }

  /** Takes the lead from a leader who is at the same slow request at two looks. */
  private void watch() {
    Worker watched = null;
    int phase = 0;
    int idle = 0;
    while (role == WorkerGroup.Role.DEPUTY && !group.hasEnded()) {
      LockSupport.parkNanos(this, DEPUTY_INTERVAL_NANOS);
      Worker leader = group.leader();
      int now = leader == null ? 0 : leader.slowPhase;
      boolean same = leader == watched && now == phase;
      if (same && leader != null && isSlow(now)) {
        group.takeLead(leader, this);
      } else if (same && ++idle == DEPUTY_PATIENCE) {
        group.rest(this);
      } else if (!same) {
        idle = 0;
      }
      watched = leader;
      phase = now;
    }
  }

  private static boolean isSlow(int phase) {
    return (phase & 1) != 0;
  }

  /** Whether it is at something slow just now. */
  boolean isSlow() {
    return isSlow(slowPhase);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread only
  public void begin(Request request) {
    synchronized (this) {
      busyWith = request.unique();
      caller = request.caller();
      busyFor = answering;
    }
    slowPhase++;
    if (!group.mayTakeTime(this) && !insists) {
      end();
      throw new PutOff();
    }
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread only
  public boolean end() {
    slowPhase++;
    synchronized (this) {
      busyWith = 0;
      return Thread.interrupted();
    }
  }

  /**
   * Lets go of the caller of a slow request if he is to die: what this worker waits for may never
   * come. Its own reply finds nobody any more.
   *
   * @return whether it is one that this worker is at
   */
  synchronized boolean interruptIfBusyWith(long unique) {
    Thread self = thread;
    Fd device = busyFor;
    if (busyWith != unique || self == null || device == null) {
      return false;
    }
    if (LinuxProcess.isDying(caller)) {
      self.interrupt();
      Exchange.refuse(device, unique, Errno.EINTR);
    }
    return true;
  }
}
