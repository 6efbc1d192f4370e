package dev.jcomposefs.fuse.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * @param name of the connection, for thread names
   * @param maxWorkers most threads: how many slow requests there may be at a time
   * @param maxHelpers most helpers at a time
   * @param whenAllLeft is run by the last worker
   */
  WorkerGroup(Factory factory, String name, int maxWorkers, int maxHelpers, Runnable whenAllLeft) {
    this.factory = factory;
    this.name = name;
    this.maxWorkers = maxWorkers;
    this.maxHelpers = maxHelpers;
    this.whenAllLeft = whenAllLeft;
  }

  synchronized void start() {
    leader = enlist(Role.LEADER);
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

  /** Sees to it that somebody watches the leader, which is about to do something slow. */
  void watchLeader() {
    if (deputy == null) {
      appointDeputy();
    }
  }

  private synchronized void appointDeputy() {
    if (deputy == null && !ended) {
      deputy = enlist(Role.DEPUTY);
    }
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

  /** A helper or deputy has nothing more to do. */
  synchronized void rest(Worker worker) {
    if (worker.role == Role.HELPER) {
      helpers--;
    }
    if (deputy == worker) {
      deputy = null;
    }
    worker.role = Role.RESTING;
    resting.push(worker);
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
    workers.remove(worker);
    formerCounts.add(worker.counts());
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
    thread.start();
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
      last = running == 0;
    }
    if (last) {
      whenAllLeft.run();
    }
  }

  /**
   * Interrupts whoever is busy with a request.
   *
   * @return whether somebody was
   */
  boolean interrupt(long unique) {
    List<Worker> all;
    synchronized (this) {
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
