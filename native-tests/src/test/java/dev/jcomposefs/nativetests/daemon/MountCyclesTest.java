package dev.jcomposefs.nativetests.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.nativetests.fixture.OwnRun;
import dev.jcomposefs.nativetests.fixture.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A daemon that mounts and unmounts again and again keeps nothing of it. {@code
 * -Djcfs.mount.cycles=1000} for more of it than anybody wants to wait for.
 */
class MountCyclesTest {
  private static final int CYCLES = Integer.getInteger("jcfs.mount.cycles", 60);

  private static final int AT_A_TIME = 4;

  /**
   * What the JVM itself comes to use, bytes: it compiles for some 200 cycles and needs no more
   * after that. A mount that is kept takes a quarter of a mebibyte at least.
   */
  private static final long MEMORY_TOLERANCE = 40 << 20;

  /** Threads that rest for longer are given back. */
  private static final Duration UNTIL_AT_REST = Duration.ofSeconds(30);

  /** What a process has. */
  private record Use(long descriptors, long threads, long mounts, long bytes) {}

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
      cycle(system, 20);
      Use before = atRest(system, use(system));

      cycle(system, CYCLES);

      Use after = atRest(system, before);
      System.out.printf("before %s, after %d cycles %s%n", before, CYCLES, after);
      assertThat(after.descriptors()).isEqualTo(before.descriptors());
      assertThat(after.mounts()).isEqualTo(before.mounts());
      assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
      assertThat(after.bytes()).isLessThan(before.bytes() + MEMORY_TOLERANCE);
    }
  }

  /** Several at a time; one in four is unmounted while it is in use. */
  private static void cycle(OwnRun system, int times) throws Exception {
    int done = 0;
    while (done < times) {
      int now = Math.min(40, times - done);
      system.mustRun(
          """
          round=0
          while [ $round -lt $1 ]; do
            for point in a b c d; do
              jcfs mount -o basedir=objects image $point &
            done
            wait
            diff -r tree a; diff -r tree b; cat c/* >/dev/null; ls -lR d >/dev/null
            umount a; jcfs umount b; umount c
            exec 9<d/9
            umount -l d
            exec 9<&-
            round=$((round + 1))
          done
          """,
          Integer.toString((now + AT_A_TIME - 1) / AT_A_TIME));
      done += now;
    }
  }

  /** When the threads that were needed for a moment are gone; never more than a while. */
  private static Use atRest(OwnRun system, Use goal) throws Exception {
    long[] last = {Long.MAX_VALUE};
    await("threads at rest")
        .atMost(UNTIL_AT_REST)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> {
          Use now = use(system);
          boolean still = now.threads() == last[0] && now.descriptors() <= goal.descriptors();
          last[0] = now.threads();
          return still;
        });
    return use(system);
  }

  private static Use use(OwnRun system) throws Exception {
    List<Long> numbers =
        Stream.of(
                system
                    .mustRun(
                        """
                        pid=$(cat /run/jcfs/daemon.lock)
                        ls /proc/$pid/fd | wc -l
                        ls /proc/$pid/task | wc -l
                        wc -l </proc/$pid/mountinfo
                        sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status
                        """)
                    .split("\n"))
            .map(Long::valueOf)
            .toList();
    return new Use(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3) << 10);
  }
}
