package dev.jcomposefs.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Dumps of random trees that use everything the formats have: all kinds of files, odd names, times
 * and ids at their limits, hard links in both directions, attributes that are shared, escaped or
 * ACLs, whiteouts, data of every size class. The same seed gives the same dump.
 */
public final class RandomDump {
  private static final String[] KEYS = {
    "user.a",
    "user.",
    "user.overlay.opaque",
    "user.overlay.whiteoutsandmore",
    "security.selinux",
    "security.capability",
    "system.posix_acl_access",
    "system.posix_acl_default",
    "system.posix_acl_accessible",
    "trusted.t",
    "trusted.overlayfoo",
    "trusted.overlay.x",
    "trusted.overlay.opaque",
    "trusted.overlay.redirect",
    "trusted.overlay.overlay.metacopy",
    "lustre.lov",
    "unknown",
    "user.\\xff\\x20\\x3d",
  };

  private static final String[] NAMES = {
    "!x",
    "-",
    "-x",
    "+x",
    "...",
    ".-x",
    "..x",
    ".hidden",
    "~",
    "\\xff\\xfe",
    "\\x01",
    "a\\x20b",
    "=",
    "\\\\",
    "\\n",
    "00",
    "0a",
    "ff",
    "FF",
    "~~",
  };

  private final Random random;
  private final int maxInline;
  private final int maxTarget;
  private final StringBuilder dump = new StringBuilder();
  private final List<String> directories = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private final Set<String> paths = new HashSet<>();
  private final List<String> values = new ArrayList<>();

  private RandomDump(long seed, boolean version2) {
    this.random = new Random(seed);
    this.maxInline = version2 ? 512 : 5000;
    this.maxTarget = version2 ? 1024 : 4095;
  }

  /**
   * @param version2 whether every value is one that format version 2 can hold
   */
  public static byte[] of(long seed, boolean version2) {
    RandomDump made = new RandomDump(seed, version2);
    made.tree();
    return made.dump.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private void tree() {
    for (int i = 0; i < 6; i++) {
      values.add(text(random.nextInt(1 << (2 * i)), true));
    }
    int entries = 1 << random.nextInt(9);
    boolean flat = random.nextInt(4) == 0;
    line("/", "4096", "40755", time(), "- - -");
    directories.add("");
    for (int i = 0; i < entries; i++) {
      String parent =
          flat ? directories.getFirst() : directories.get(random.nextInt(directories.size()));
      String path = parent + "/" + name();
      if (paths.add(path)) {
        entry(path);
      }
    }
  }

  private void entry(String path) {
    String permissions = "%04o".formatted(random.nextInt(4) == 0 ? random.nextInt(4096) : 0644);
    switch (random.nextInt(13)) {
      case 0, 1, 2 -> {
        line(path, "0", "4" + permissions, time(), "- - -");
        directories.add(path);
      }
      case 3, 4, 5 -> {
        line(path, externalSize(), "10" + permissions, time(), external());
        files.add(path);
      }
      case 6, 7 -> {
        int size = size(maxInline);
        line(path, "" + size, "10" + permissions, time(), "- " + text(size, true) + " -");
        files.add(path);
      }
      case 8 -> {
        line(path, "0", "10" + permissions, time(), "- - -");
        files.add(path);
      }
      case 9 -> {
        int size = size(maxTarget);
        line(path, "" + size, "12" + permissions, time(), text(size, false) + " - -");
        files.add(path);
      }
      case 10 -> {
        String type = random.nextBoolean() ? "2" : "6";
        line(path, "0", type + permissions, time(), "- - -");
        files.add(path);
      }
      case 11 -> {
        line(path, "0", (random.nextBoolean() ? "1" : "14") + permissions, time(), "- - -");
        files.add(path);
      }
      default -> {
        if (!files.isEmpty()) {
          String target = files.get(random.nextInt(files.size()));
          dump.append("%s 0 @100644 - - - - - %s - -\n".formatted(path, target));
          files.add(path);
        }
      }
    }
  }

  private void line(String path, String size, String mode, String time, String rest) {
    boolean device = mode.startsWith("2") || (mode.startsWith("6") && mode.length() == 5);
    String rdev = device ? "" + pick(0, 0, 1281, 0xffffffffL) : "0";
    dump.append(
        "%s %s %s %d %d %d %s %s %s"
            .formatted(
                path,
                size,
                mode,
                pick(0, 1, 1, 2, 65535, 65536, 0xffffffffL),
                pick(0, 0, 0, 1000, 65535, 65536, 0xffffffffL),
                pick(0, 0, 0, 1000, 65535, 65536, 0xffffffffL),
                rdev,
                time,
                rest));
    if (random.nextInt(3) == 0) {
      xattrs();
    }
    dump.append('\n');
  }

  private void xattrs() {
    int total = 0;
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 200 : 5); i >= 0; i--) {
      String key = KEYS[random.nextInt(KEYS.length)];
      if (random.nextInt(3) == 0) {
        key += random.nextInt(200);
      }
      String value = values.get(random.nextInt(values.size()));
      total += 7 + 255 + value.length();
      if (total < 32000) {
        dump.append(' ').append(key).append('=').append(value);
      }
    }
  }

  private String name() {
    return switch (random.nextInt(12)) {
      case 0 -> NAMES[random.nextInt(NAMES.length)];
      case 1 -> "%02x".formatted(random.nextInt(256));
      case 2 -> letters(1 + random.nextInt(255));
      case 3 -> letters(255);
      default -> letters(1 + random.nextInt(12));
    };
  }

  private String time() {
    return switch (random.nextInt(8)) {
      case 0 -> "0.0";
      case 1 -> "-%d.%d".formatted(random.nextInt(1 << 20), random.nextInt(1_000_000_000));
      case 2 -> "9223372036854775807.999999999";
      case 3 -> "%d.0".formatted(random.nextInt());
      default -> "1000.0";
    };
  }

  private String externalSize() {
    return ""
        + switch (random.nextInt(8)) {
          case 0 -> 1L << random.nextInt(54);
          case 1 -> (1L << random.nextInt(53)) + 1;
          case 2 -> (1L << 43) * (1015 + random.nextInt(10));
          default -> 1L + random.nextInt(1 << 20);
        };
  }

  private String external() {
    // Few different objects, so that some files have the same one.
    String hex = "%02x".formatted(random.nextInt(random.nextBoolean() ? 8 : 256)).repeat(32);
    String path = hex.substring(0, 2) + "/" + hex.substring(2);
    return switch (random.nextInt(8)) {
      case 0 -> "- - -";
      case 1 -> path + " - -";
      case 2 -> "some/other\\x20path%d - %s".formatted(random.nextInt(4), hex);
      case 3 -> "- - " + hex;
      default -> "%s - %s".formatted(path, hex);
    };
  }

  private int size(int limit) {
    return switch (random.nextInt(5)) {
      case 0 -> 1 + random.nextInt(limit);
      case 1 -> Math.min(limit, 2040 + random.nextInt(16));
      case 2 -> Math.min(limit, 3900 + random.nextInt(300));
      default -> 1 + random.nextInt(64);
    };
  }

  /** Escaped text of that many bytes; {@code \x00} only where it is a byte like any other. */
  private String text(int length, boolean withZeros) {
    StringBuilder text = new StringBuilder();
    boolean plain = random.nextInt(3) > 0;
    for (int i = 0; i < length; i++) {
      int b = plain ? 'a' + random.nextInt(26) : random.nextInt(256);
      if (b == 0 && !withZeros) {
        b = 1;
      }
      boolean literal = b > ' ' && b < 0x7f && b != '\\' && b != '=' && b != '-';
      if (literal) {
        text.append((char) b);
      } else {
        text.append("\\x").append(HexFormat.of().toHexDigits((byte) b));
      }
    }
    return text.toString();
  }

  private String letters(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private long pick(long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
