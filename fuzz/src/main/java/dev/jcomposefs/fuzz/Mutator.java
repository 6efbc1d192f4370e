package dev.jcomposefs.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes damaged images of a sound one, by replacing some of its fields. */
final class Mutator {
  /** Values at which arithmetic goes wrong. */
  private static final long[] EDGES = {
    0,
    1,
    -1,
    2,
    11,
    12,
    27,
    0x7f,
    0xff,
    0x100,
    4095,
    4096,
    4097,
    5000,
    5001,
    0x7fff,
    0x8000,
    0xffff,
    1L << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 43,
    1L << 53,
    1L << 59,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
  };

  private final byte[] sound;
  private final List<List<Field>> groups;
  private final RandomGenerator random;

  Mutator(byte[] sound, List<List<Field>> groups, RandomGenerator random) {
    this.sound = sound;
    this.groups = groups;
    this.random = random;
  }

  byte[] next() {
    byte[] mutant = sound.clone();
    ByteBuffer buffer = ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      Field field = field();
      put(buffer, field, value(buffer, field));
    }
    return random.nextInt(50) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
  }

  private Field field() {
    List<Field> group = groups.get(random.nextInt(groups.size()));
    return group.get(random.nextInt(group.size()));
  }

  private long value(ByteBuffer buffer, Field field) {
    long old = get(buffer, field);
    return switch (random.nextInt(6)) {
      case 0 -> EDGES[random.nextInt(EDGES.length)];
      case 1 -> old + random.nextInt(-16, 17);
      case 2 -> old ^ (1L << random.nextInt(8 * field.width()));
      case 3 -> random.nextLong();
      // Most interesting where it is the number of an inode or a block.
      case 4 -> get(buffer, field());
      default -> old + (random.nextBoolean() ? 4096 : -4096);
    };
  }

  private static long get(ByteBuffer buffer, Field field) {
    return switch (field.width()) {
      case 1 -> buffer.get(field.at()) & 0xff;
      case 2 -> buffer.getShort(field.at()) & 0xffff;
      case 4 -> buffer.getInt(field.at()) & 0xffffffffL;
      default -> buffer.getLong(field.at());
    };
  }

  private static void put(ByteBuffer buffer, Field field, long value) {
    switch (field.width()) {
      case 1 -> buffer.put(field.at(), (byte) value);
      case 2 -> buffer.putShort(field.at(), (short) value);
      case 4 -> buffer.putInt(field.at(), (int) value);
      default -> buffer.putLong(field.at(), value);
    }
  }
}
