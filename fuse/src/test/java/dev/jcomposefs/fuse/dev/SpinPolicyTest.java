package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinPolicyTest {
  private static final long WORTHWHILE = 100_000;

  private final SpinPolicy policy = new SpinPolicy(256, WORTHWHILE);

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

  @Test
  void tries_ofAPolicyWithoutAny_staysNone() {
    SpinPolicy never = new SpinPolicy(0, WORTHWHILE);
    never.slept(1);
    never.found();
    assertThat(never.tries()).isZero();
  }
}
