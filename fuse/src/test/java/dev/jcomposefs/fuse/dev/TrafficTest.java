package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final long SHORT = Traffic.SHORT_NANOS;
  private static final long LONG = Traffic.SHORT_NANOS + 1;

  /** Notes what it is told. */
  private static final class Told implements IdleCpus {
    private final List<String> orders = new ArrayList<>();
    private boolean possible = true;

    @Override
    public boolean keepAwake() {
      orders.add("keep awake");
      return possible;
    }

    @Override
    public void letRest() {
      orders.add("let rest");
    }

    @Override
    public void close() {
      orders.add("close");
    }
  }

  private final Told cpus = new Told();
  private final List<Runnable> lookouts = new ArrayList<>();
  private final Traffic traffic = new Traffic(cpus, lookouts::add);

  private void come(int requests, long gap) {
    for (int i = 0; i < requests; i++) {
      traffic.came(gap);
    }
  }

  @Test
  void cpus_untilARunOfShortGapsIsFull_areLeftAlone() {
    come(Traffic.RUN - 1, SHORT);
    assertThat(cpus.orders).isEmpty();
  }

  @Test
  void cpus_fromARunOfShortGapsOn_areKeptAwakeOnce() {
    come(10 * Traffic.RUN, SHORT);
    assertThat(cpus.orders).containsExactly("keep awake");
  }

  @Test
  void cpus_whenNoRequestComes_rest() {
    come(Traffic.RUN, 0);
    // Runs until there is nothing to look out for.
    lookouts.getFirst().run();
    assertThat(cpus.orders).containsExactly("keep awake", "let rest");
  }

  @Test
  void cpus_whileNobodyTimesAnyGap_areLeftAlone() {
    for (int i = 0; i < 10 * Traffic.RUN; i++) {
      traffic.came();
    }
    assertThat(cpus.orders).isEmpty();
  }

  @Test
  void cpus_whileSomeGapsAreLong_stayAwake() {
    come(Traffic.RUN, SHORT);
    for (int i = 0; i < 100; i++) {
      come(Traffic.LONG_GAP, SHORT);
      come(1, LONG);
    }
    assertThat(cpus.orders).containsExactly("keep awake");
  }

  @Test
  void cpus_whenMostGapsAreLong_rest() {
    come(Traffic.RUN, SHORT);
    come(Traffic.RUN / Traffic.LONG_GAP, LONG);
    assertThat(cpus.orders).containsExactly("keep awake", "let rest");
  }

  @Test
  void cpus_ofAMountThatIsAskedNowAndThen_areLeftAlone() {
    for (int i = 0; i < 1000; i++) {
      come(Traffic.RUN / 2, SHORT);
      come(Traffic.RUN / 2, LONG);
    }
    assertThat(cpus.orders).isEmpty();
  }

  @Test
  void cpus_afterTheEnd_areKeptAwakeForTheNextRun() {
    come(Traffic.RUN, SHORT);
    lookouts.getFirst().run();
    come(1, Traffic.PATIENCE_NANOS + 1);
    come(Traffic.RUN - 1, SHORT);
    assertThat(cpus.orders).containsExactly("keep awake", "let rest");
    come(1, SHORT);
    assertThat(cpus.orders).containsExactly("keep awake", "let rest", "keep awake");
    assertThat(lookouts).hasSize(2);
  }

  /** To the lookout, a slow answer looks like the end of the traffic. */
  @Test
  void cpus_afterASlowAnswerAmongShortGaps_areKeptAwakeAtOnce() {
    come(Traffic.RUN, SHORT);
    lookouts.getFirst().run();
    come(1, SHORT);
    assertThat(cpus.orders).containsExactly("keep awake", "let rest", "keep awake");
  }

  @Test
  void cpus_afterOneEndlessGap_rest() {
    come(Traffic.RUN, SHORT);
    come(1, Traffic.PATIENCE_NANOS + 1);
    assertThat(cpus.orders).containsExactly("keep awake", "let rest");
  }

  @Test
  void lookout_whileOneIsStillThere_isNotDoubled() {
    come(Traffic.RUN, SHORT);
    come(1, Traffic.PATIENCE_NANOS + 1);
    come(Traffic.RUN, SHORT);
    assertThat(lookouts).hasSize(1);
  }

  @Test
  void cpus_thatCannotBeKeptAwake_areAskedOnce() {
    cpus.possible = false;
    come(10 * Traffic.RUN, SHORT);
    assertThat(cpus.orders).containsExactly("keep awake");
    assertThat(lookouts).isEmpty();
  }

  @Test
  void cpus_afterTheMount_areNotKeptAwake() {
    come(Traffic.RUN, SHORT);
    traffic.close();
    come(2 * Traffic.RUN, SHORT);
    lookouts.getFirst().run();
    assertThat(cpus.orders).containsExactly("keep awake", "close");
  }
}
