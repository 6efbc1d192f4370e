package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one server tells the next one. */
class NegotiationTest {
  /** HAS_RESEND, INIT_EXT, MAX_PAGES, ASYNC_READ. */
  private static final long FLAGS = 0x80_4040_0001L;

  @Test
  void parse_whatWasWritten_isTheSame() {
    Negotiation agreed = new Negotiation(45, FLAGS | InitFlags.POSIX_ACL, 256);

    assertThat(agreed.toText()).isEqualTo("45.8040500001.256");
    assertThat(Negotiation.parse(agreed.toText())).isEqualTo(agreed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "45",
        "45.8040400001",
        "45.8040400001.256.",
        "45.-8040400001.256",
        "45.80404000010000001.256",
        "45.8040400001.99999999999",
        " 45.8040400001.256",
        "45.8040400001.256\n"
      })
  void parse_noNegotiation_isRefused(String text) {
    assertThatThrownBy(() -> Negotiation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected MINOR.FLAGS.PAGES");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "30.8040400001.256", // older than any that is served
        "46.8040400001.256", // newer
        "45.40400001.256", // without RESEND
        "45.a040400001.256", // with PASSTHROUGH
        "45.8040400003.256", // with a flag that is never taken
        "45.8040400001.0",
        "45.8040400001.257"
      })
  void parse_whatThisVersionWouldNotHaveAgreedTo_isRefused(String text) {
    assertThatThrownBy(() -> Negotiation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot go on with");
  }
}
