package dev.jcomposefs.format.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AccessTest {
  private static final int MANY = 20_000;

  private final Access.Recent recent = new Access.Recent();

  private static Access random(Random random) {
    Xattrs xattrs =
        new Xattrs.Builder()
            .put(ByteString.utf8("user.a"), ByteString.utf8("" + random.nextInt(3)))
            .build();
    return new Access(
        0100000 | random.nextInt(4),
        random.nextInt(3),
        random.nextInt(3) - 1,
        random.nextInt(3) - 1,
        xattrs);
  }

  @Test
  void share_equalOneAfterAnother_givesTheFirst() {
    Access first = new Access(0100644, 1, 0, 0, Xattrs.NONE);

    assertThat(recent.share(first)).isSameAs(first);
    assertThat(recent.share(new Access(0100644, 1, 0, 0, Xattrs.NONE))).isSameAs(first);
  }

  @Test
  void share_anyOne_givesAnEqualOne() {
    Random random = new Random(1);
    for (int i = 0; i < MANY; i++) {
      Access access = random(random);

      assertThat(recent.share(access)).isEqualTo(access);
    }
  }
}
