package dev.jcomposefs.fuse.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who does what among the threads that serve one connection.
 *
 * <p>The kernel wakes a sleeping reader for each request, even if another thread is about to take
 * it, and that wake-up is what costs most. So only one worker, the <i>leader</i>, ever sleeps on
 * the device. The others are woken by us, and only when there is a reason:
 *
 * <ul>
 *   <li>A <i>helper</i> is called when the leader finds request after request waiting. It takes
 *       what is there and goes back to rest.
 *   <li>A <i>deputy</i> is appointed when the leader begins with something that may take long, such
 *       as reading from a disk or a network. It looks every millisecond whether the leader is still
 *       at it, and if so takes the lead, so that one slow file does not hold up the mount. It rests
 *       when nothing slow has happened for a while.
 * </ul>
 *
 * <p>When all others are at something slow, the leader keeps off it: such a request is <i>put
 * off</i> until one of them has done with his. However many callers wait for a disk that does not
 * answer, names and attributes are there for everybody else.
 *
 * <p>Threads are started when they are needed, and end when they have rested for long, all but the
 * leader's. Lock order: this object last.
 */
final class WorkerGroup {
  /** What one worker is to do. */
  enum Role {
    LEADER,
    DEPUTY,
    HELPER,
    RESTING
  }

  /** Makes a worker; the group starts its thread. */
  interface Factory {
    Worker worker(WorkerGroup group, int number);
  }

  /** How long what is slow may take when the connection is gone. */
  private static final long GRACE_NANOS = 5_000_000_000L;

  /** Each stands for a caller who waits, and takes about 200 bytes. */
  private static final int MOST_PUT_OFF = 1 << 16;

  private final Factory factory;
  private final String name;
  private final int maxWorkers;
  private final int maxHelpers;
  private final Runnable whenAllLeft;

  /** Changed under the lock; read without it by workers who want to know whether it is them. */
  private volatile @Nullable Worker leader;

  private volatile @Nullable Worker deputy;
  private volatile boolean ended;

  @GuardedBy("this")
  private final List<Worker> workers = new ArrayList<>();

  @GuardedBy("this")
  private final ArrayDeque<Worker> resting = new ArrayDeque<>();

  /** By the kernel's number, in the order in which they came. */
  @GuardedBy("this")
  private final LinkedHashMap<Long, PutOffRequest> putOff = new LinkedHashMap<>();

  @GuardedBy("this")
  private int helpers;

  /** How many there have been. */
  @GuardedBy("this")
  private int enlisted;

  /** Of those that are gone. */
  @GuardedBy("this")
  private final RequestCounts formerCounts = new RequestCounts();

  @GuardedBy("this")
  private int running;

  /** Whether somebody has run, or is about to run, {@link #whenAllLeft}. */
  @GuardedBy("this")
  private boolean closing;

  /**
   * @param name of the connection, for thread names
   * @param maxWorkers most threads: how many slow requests there may be at a time
   * @param maxHelpers most helpers at a time
   * @param whenAllLeft is run by the last worker, or the last but those that are stuck
   */
  WorkerGroup(Factory factory, String name, int maxWorkers, int maxHelpers, Runnable whenAllLeft) {
    this.factory = factory;
    this.name = name;
    this.maxWorkers = maxWorkers;
    this.maxHelpers = maxHelpers;
    this.whenAllLeft = whenAllLeft;
  }

  /**
   * @throws IOException if no thread can be started
   */
  synchronized void start() throws IOException {
    leader = enlist(Role.LEADER);
    if (leader == null) {
      throw new IOException("no thread can be started to serve the mount");
    }
  }

  boolean isLeader(Worker worker) {
    return leader == worker;
  }

  @Nullable Worker leader() {
    return leader;
  }

  boolean hasEnded() {
    return ended;
  }

  /**
   * Sees to it that somebody watches the leader, if that is who is about to do something slow.
   *
   * @return false if all the others are at something slow: then nobody would receive requests; or
   *     if nobody waits for an answer any more
   */
  boolean mayTakeTime(Worker worker) {
    return !ended && (deputy != null || leader != worker || appointDeputy());
  }

  private synchronized boolean appointDeputy() {
    if (deputy == null && !ended) {
      deputy = enlist(Role.DEPUTY);
    }
    return deputy != null || workers.size() == 1;
  }

  /**
   * Lets a request wait until somebody has time for it.
   *
   * @return false if it need not wait, or cannot: too many do, or there is nobody to wait for
   */
  synchronized boolean putOff(PutOffRequest request) {
    if (ended) {
      return true;
    }
    if (request.isAtHand() || putOff.size() >= MOST_PUT_OFF) {
      return false;
    }
    if (enlist(Role.HELPER) != null) {
      helpers++;
    } else if (workers.size() == 1) {
      return false;
    }
    putOff.put(request.unique(), request);
    return true;
  }

  /** The request that waits for the longest time; null if none does. */
  synchronized @Nullable PutOffRequest takePutOff() {
    Map.Entry<Long, PutOffRequest> first = putOff.pollFirstEntry();
    return first == null ? null : first.getValue();
  }

  /** Requests are waiting: gets the leader help, if there is any to be had. */
  synchronized void callHelper() {
    if (helpers < maxHelpers && !ended && enlist(Role.HELPER) != null) {
      helpers++;
    }
  }

  /** The deputy takes the lead from a leader who has been busy for long. */
  synchronized void takeLead(Worker from, Worker to) {
    if (leader == from && deputy == to && !ended) {
      from.role = Role.HELPER;
      helpers++;
      to.role = Role.LEADER;
      leader = to;
      deputy = null;
    }
  }

  /**
   * A helper or deputy has nothing more to do.
   *
   * @return false if it has: as a helper, it takes what was put off
   */
  synchronized boolean rest(Worker worker) {
    if (worker.role == Role.HELPER) {
      helpers--;
    }
    if (deputy == worker) {
      deputy = null;
    }
    if (!putOff.isEmpty() && !ended) {
      worker.role = Role.HELPER;
      helpers++;
      return false;
    }
    Worker first = leader;
    if (deputy == null && first != null && first.isSlow() && !ended) {
      // It began when there was nobody who could have watched it.
      worker.role = Role.DEPUTY;
      deputy = worker;
      return true;
    }
    worker.role = Role.RESTING;
    resting.push(worker);
    return true;
  }

  /**
   * A worker has rested for long.
   *
   * @return whether it is to end; false if it has been called meanwhile
   */
  synchronized boolean dismiss(Worker worker) {
    if (!resting.remove(worker)) {
      return false;
    }
    remove(worker);
    return true;
  }

  @GuardedBy("this")
  private void remove(Worker worker) {
    workers.remove(worker);
    formerCounts.add(worker.counts());
  }

  /**
   * A worker cannot begin, for want of memory.
   *
   * @return false if nobody would receive requests without it
   */
  synchronized boolean excuse(Worker worker) {
    if (leader == worker) {
      return false;
    }
    if (worker.role == Role.HELPER) {
      helpers--;
    }
    if (deputy == worker) {
      deputy = null;
    }
    resting.remove(worker);
    remove(worker);
    if (workers.size() == 1) {
      putOff.values().forEach(r -> Exchange.refuse(r.device(), r.unique(), Errno.ENOMEM));
      putOff.clear();
    }
    return true;
  }

  /** A resting worker, or a new one, or null if there are enough. */
  @GuardedBy("this")
  private @Nullable Worker enlist(Role role) {
    Worker worker = resting.poll();
    if (worker != null) {
      worker.role = role;
      LockSupport.unpark(worker.thread());
      return worker;
    }
    if (workers.size() >= maxWorkers) {
      return null;
    }
    worker = factory.worker(this, enlisted);
    worker.role = role;
    Thread thread = Thread.ofPlatform().name(name + "-" + enlisted).daemon().unstarted(worker);
    worker.belongsTo(thread);
    workers.add(worker);
    enlisted++;
    running++;
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      // As many threads as the system allows: the others go on.
      remove(worker);
      running--;
      return null;
    }
    return worker;
  }

  /** The connection is gone: everybody goes home. */
  synchronized void end() {
    ended = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread());
    }
  }

  /** A worker's thread is done with the connection. */
  void left() {
    boolean last;
    synchronized (this) {
      running--;
      last = ended && !closing && (running == 0 || haveOnlySlowOnesStayed());
      closing |= last;
      notifyAll();
    }
    if (last) {
      awaitSlowOnes();
      whenAllLeft.run();
    }
  }

  @GuardedBy("this")
  private boolean haveOnlySlowOnesStayed() {
    return workers.stream().filter(Worker::isSlow).count() == running;
  }

  /**
   * For those who are at something slow, but not for ever: what a disk that does not answer holds
   * up must not keep the server from ending. They find everything closed if they ever go on.
   */
  private synchronized void awaitSlowOnes() {
    long end = System.nanoTime() + GRACE_NANOS;
    boolean interrupted = false;
    while (running > 0 && System.nanoTime() - end < 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The caller of a request got a signal. One that is to die is let go; no other is, since files
   * are not where programs expect to be interrupted.
   *
   * @return whether it is one that waits, or that somebody is busy with
   */
  boolean interrupt(long unique) {
    List<Worker> all;
    synchronized (this) {
      PutOffRequest waiting = putOff.get(unique);
      if (waiting != null) {
        if (LinuxProcess.isDying(waiting.caller())) {
          putOff.remove(unique);
          Exchange.refuse(waiting.device(), unique, Errno.EINTR);
        }
        return true;
      }
      all = List.copyOf(workers);
    }
    for (Worker worker : all) {
      if (worker.interruptIfBusyWith(unique)) {
        return true;
      }
    }
    return false;
  }

  /** How often a kind of request has come. */
  synchronized long requests(Opcode opcode) {
    long sum = formerCounts.get(opcode);
    for (Worker worker : workers) {
      sum += worker.counts().get(opcode);
    }
    return sum;
  }
}
