package dev.jcomposefs.format.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XattrsTest {
  /** The builder searches few keys and many in different ways. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 17, 18, 1000})
  void build_keysInDescendingOrder_areSortedAndKeepTheGivenOrder(int count) {
    Xattrs.Builder builder = new Xattrs.Builder();
    for (int i = count - 1; i >= 0; i--) {
      builder.put(key(i), ByteString.utf8("v" + i));
    }
    assertThat(builder.get(key(count))).isNull();
    assertThat(builder.get(key(0))).isEqualTo(ByteString.utf8("v0"));
    Xattrs xattrs = builder.build();
    assertThat(xattrs.count()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(xattrs.key(i)).isEqualTo(key(i));
      assertThat(xattrs.value(i)).isEqualTo(ByteString.utf8("v" + i));
      assertThat(xattrs.get(key(i))).isEqualTo(xattrs.value(i));
      assertThat(xattrs.inGivenOrder(i)).isEqualTo(count - 1 - i);
    }
    assertThat(xattrs.get(key(count))).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100})
  void put_repeatedKey_replacesValueAndKeepsPlace(int count) {
    Xattrs.Builder builder = new Xattrs.Builder();
    List<ByteString> given = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      given.add(key(i % 2 == 0 ? i : 1000 - i));
      builder.put(given.get(i), ByteString.EMPTY);
    }
    builder.put(given.get(1), ByteString.utf8("new"));
    Xattrs xattrs = builder.build();
    assertThat(xattrs.count()).isEqualTo(count);
    assertThat(xattrs.get(given.get(1))).isEqualTo(ByteString.utf8("new"));
    for (int i = 0; i < count; i++) {
      assertThat(xattrs.key(xattrs.inGivenOrder(i))).isEqualTo(given.get(i));
    }
  }

  @Test
  void equals_otherOrderOfComing_isTrue() {
    Xattrs.Builder builder = new Xattrs.Builder();
    Xattrs up = builder.put(key(1), ByteString.EMPTY).put(key(2), ByteString.EMPTY).build();
    Xattrs down = builder.put(key(2), ByteString.EMPTY).put(key(1), ByteString.EMPTY).build();
    assertThat(up).isEqualTo(down).hasSameHashCodeAs(down);
    assertThat(builder.build()).isSameAs(Xattrs.NONE);
  }

  private static ByteString key(int number) {
    return ByteString.utf8("user.%05d".formatted(number));
  }
}
