package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinPolicyTest {
  private static final long WORTHWHILE = 100_000;

  private int cpus = 2;
  private final SpinPolicy policy = new SpinPolicy(256, WORTHWHILE, () -> cpus);

  @Test
  void tries_beforeAnyRequest_isNone() {
    assertThat(policy.tries()).isZero();
  }

  @Test
  void tries_afterAShortSleep_isTheMost() {
    policy.slept(WORTHWHILE);
    assertThat(policy.tries()).isEqualTo(256);
  }

  @Test
  void tries_afterLongSleeps_dwindleToNone() {
    policy.slept(1);
    for (int expected : new int[] {128, 64, 32, 16, 8, 4, 2, 1, 0, 0}) {
      policy.slept(WORTHWHILE + 1);
      assertThat(policy.tries()).isEqualTo(expected);
    }
  }

  @Test
  void tries_afterARequestThatCameMeanwhile_isTheMost() {
    policy.slept(1);
    policy.slept(WORTHWHILE + 1);
    policy.found();
    assertThat(policy.tries()).isEqualTo(256);
  }

  private void sleep(int times) {
    for (int i = 0; i < times; i++) {
      policy.slept(1);
    }
  }

  @Test
  void tries_onOneCpu_areNone() {
    cpus = 1;
    SpinPolicy pinned = new SpinPolicy(256, WORTHWHILE, () -> cpus);
    pinned.slept(1);
    assertThat(pinned.tries()).isZero();
    assertThat(pinned.isOnOneCpu()).isTrue();
  }

  @Test
  void tries_onceThereIsOneCpuOnly_endAfterSomeSleeps() {
    sleep(SpinPolicy.OFTEN - 1);
    cpus = 1;
    assertThat(policy.tries()).isEqualTo(256);
    assertThat(policy.isOnOneCpu()).isFalse();
    sleep(1);
    assertThat(policy.tries()).isZero();
    assertThat(policy.isOnOneCpu()).isTrue();
  }

  @Test
  void tries_onceThereAreMoreCpusAgain_comeBack() {
    cpus = 1;
    sleep(SpinPolicy.OFTEN);
    cpus = 2;
    sleep(SpinPolicy.SELDOM - 1);
    assertThat(policy.tries()).isZero();
    sleep(1);
    assertThat(policy.tries()).isEqualTo(256);
  }

  @Test
  void cpus_duringSleepsThatNobodyTimes_areCountedAsOften() {
    cpus = 1;
    SpinPolicy pinned = new SpinPolicy(256, WORTHWHILE, () -> cpus);
    cpus = 2;
    for (int i = 0; i < SpinPolicy.SELDOM - 1; i++) {
      pinned.slept();
    }
    assertThat(pinned.isOnOneCpu()).isTrue();
    pinned.slept();
    assertThat(pinned.isOnOneCpu()).isFalse();
    assertThat(pinned.tries()).isZero();
  }

  @Test
  void cpus_whileLookingFindsRequests_areNotCounted() {
    sleep(SpinPolicy.OFTEN - 1);
    policy.found();
    cpus = 1;
    sleep(SpinPolicy.OFTEN - 1);
    assertThat(policy.tries()).isEqualTo(256);
  }
}
