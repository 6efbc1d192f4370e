package dev.jcomposefs.format.dump;

/** The numbers of a dump, as strtoull(3) reads them: that is what fixes the bytes of an image. */
final class DumpNumbers {
  private DumpNumbers() {}

  /** A decimal field. */
  static long decimal(DumpLine line, int field) throws DumpFormatException {
    return parse(line, line.from(field), line.to(field), 10);
  }

  /**
   * Reads optional white space, an optional sign, at least one digit and nothing more. A negative
   * number wraps around modulo 2^64, one that is too large becomes 2^64-1.
   *
   * @return unsigned 64 bits
   */
  static long parse(DumpLine line, int from, int to, int radix) throws DumpFormatException {
    byte[] bytes = line.bytes();
    int at = from;
    while (at < to && bytes[at] >= '\t' && bytes[at] <= '\r') {
      at++;
    }
    boolean negative = at < to && bytes[at] == '-';
    if (at < to && (bytes[at] == '-' || bytes[at] == '+')) {
      at++;
    }
    if (at == to) {
      throw invalid(line, from, to);
    }
    long value = 0;
    boolean tooLarge = false;
    // Up to here no product or sum can pass 2^64.
    long safe = Long.divideUnsigned(-1L, radix) - 1;
    for (; at < to; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit >= radix) {
        throw invalid(line, from, to);
      }
      if (Long.compareUnsigned(value, safe) > 0) {
        tooLarge |= Math.unsignedMultiplyHigh(value, radix) != 0;
        tooLarge |= Long.compareUnsigned(value * radix, -1L - digit) > 0;
      }
      value = value * radix + digit;
    }
    if (tooLarge) {
      return -1L;
    }
    return negative ? -value : value;
  }

  private static DumpFormatException invalid(DumpLine line, int from, int to) {
    return line.error("Invalid integer " + line.text(from, to));
  }
}
