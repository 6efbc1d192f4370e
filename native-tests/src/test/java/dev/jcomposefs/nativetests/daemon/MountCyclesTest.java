package dev.jcomposefs.nativetests.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.nativetests.fixture.OwnRun;
import dev.jcomposefs.nativetests.fixture.Requirement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A daemon that mounts and unmounts again and again keeps nothing of it. {@code
 * -Djcfs.mount.cycles=1000} for more of it than anybody wants to wait for.
 */
class MountCyclesTest {
  private static final int CYCLES = Integer.getInteger("jcfs.mount.cycles", 400);

  /** In these the JVM compiles most of what it ever will. */
  private static final int FIRST_CYCLES = 200;

  /**
   * What the JVM itself may yet come to use, bytes. A mount that is kept takes a quarter of a
   * mebibyte at least.
   */
  private static final long MEMORY_TOLERANCE = 40 << 20;

  /** Threads of ours that have nothing to do end after five seconds. */
  private static final Duration UNTIL_AT_REST = Duration.ofSeconds(60);

  /**
   * The JVM's own, as far as the kernel keeps a name. It starts and ends compiler threads as it
   * sees fit.
   */
  private static final List<String> COMPILERS =
      List.of("C1 CompilerThre", "C2 CompilerThre", "Training replay");

  /** What a process has; the names of its threads and what its descriptors are, for a failure. */
  private record Use(List<String> threads, List<String> descriptors, long mounts, long bytes) {
    /** Of each no more than another has. */
    boolean isWithin(Use limit) {
      return threads.size() <= limit.threads.size()
          && descriptors.size() <= limit.descriptors.size()
          && mounts <= limit.mounts;
    }
  }

  @Test
  void cycles_ofMountingReadingAndUnmounting_leaveNothingBehind() throws Exception {
    Requirement.root();
    Requirement.fuse();
    try (OwnRun system = OwnRun.begin()) {
      system.mustRun(
          """
          mkdir tree a b c d
          for i in 1 2 3 4 5 6 7 8 9; do head -c ${i}0000 /dev/urandom >tree/$i; done
          jcfs mk --store objects tree image
          jcfs daemon
          """);
      Use fresh = use(system);
      system.mustRun("jcfs mount -o basedir=objects image a; diff -r tree a; jcfs umount a");
      cycle(system, FIRST_CYCLES);
      Use before =
          await("threads and mounts of the first cycles gone")
              .atMost(UNTIL_AT_REST)
              .until(
                  () -> use(system),
                  now ->
                      now.mounts() <= fresh.mounts()
                          && now.threads().size() <= fresh.threads().size());

      cycle(system, CYCLES);

      await("everything of %d cycles gone, as before them: %s".formatted(CYCLES, before))
          .atMost(UNTIL_AT_REST)
          .untilAsserted(() ->
              assertThat(use(system))
                  .matches(now -> now.isWithin(before), "no more than before the cycles"));
      Use after = use(system);
      System.out.printf(
          "%d cycles: from %d to %d MiB%n", CYCLES, before.bytes() >> 20, after.bytes() >> 20);
      assertThat(after.bytes()).isLessThan(before.bytes() + MEMORY_TOLERANCE);
    }
  }

  private static void cycle(OwnRun system, int times) throws Exception {
    system.mustRun(
        "exec \"$1/bin/java\" -cp \"$2\" %s %d"
            .formatted(MountCycles.class.getName(), times / MountCycles.POINTS.size()),
        System.getProperty("java.home"),
        System.getProperty("java.class.path"));
  }

  private static Use use(OwnRun system) throws Exception {
    List<String> threads = lines(system, "cat /proc/$pid/task/*/comm | sort");
    List<String> descriptors =
        lines(system, "find /proc/$pid/fd -type l -printf '%f %l\\n' | sort -n");
    String mounts = lines(system, "wc -l </proc/$pid/mountinfo").getFirst();
    String kibibytes = lines(system, "awk '/^VmRSS/ { print $2 }' /proc/$pid/status").getFirst();
    return new Use(
        threads.stream().filter(name -> !COMPILERS.contains(name)).toList(),
        descriptors,
        Long.parseLong(mounts),
        Long.parseLong(kibibytes) << 10);
  }

  /** Threads and descriptors that go while they are listed are none. */
  private static List<String> lines(OwnRun system, String command) throws Exception {
    return system.run("pid=$(cat /run/jcfs/daemon.lock)\n" + command).text().lines().toList();
  }
}
