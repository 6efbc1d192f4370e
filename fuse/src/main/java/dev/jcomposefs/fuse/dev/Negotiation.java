package dev.jcomposefs.fuse.dev;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the two sides agreed on in INIT.
 *
 * <p>A server that takes a connection over is not asked again, so this is what the old one must
 * tell the new one. As text that is {@link #minor}, {@link #flags} in hexadecimal and {@link
 * #maxPages}, with dots between them.
 *
 * @param minor protocol version 7.{@code minor}: the smaller of both sides'
 * @param flags set of {@link InitFlags}: what was offered and is wanted
 * @param maxPages pages of the largest READ or READDIR
 */
public record Negotiation(int minor, long flags, int maxPages) {
  static final int MAJOR = 7;

  /** Linux 5.4. Older ones lack too much of what this server relies on. */
  static final int OLDEST_MINOR = 31;

  /** The newest that this was written for; nothing after it may be expected of the kernel. */
  static final int NEWEST_MINOR = 45;

  /** Bytes; nothing is written through this mount, so the least that the kernel accepts. */
  static final int MAX_WRITE = 4096;

  /** What the kernel allows without a changed sysctl: 1 MiB with pages of 4 KiB. */
  private static final int MOST_PAGES = 256;

  /** What it uses without MAX_PAGES. */
  private static final int DEFAULT_PAGES = 32;

  private static final int MAX_BACKGROUND = 64;

  private static final long ALWAYS =
      InitFlags.ASYNC_READ
          | InitFlags.EXPORT_SUPPORT
          | InitFlags.DO_READDIRPLUS
          | InitFlags.PARALLEL_DIROPS
          | InitFlags.ABORT_ERROR
          | InitFlags.MAX_PAGES
          | InitFlags.CACHE_SYMLINKS
          | InitFlags.INIT_EXT
          | InitFlags.HAS_RESEND;

  /** What a server of this version may have agreed to and can go on with in another process. */
  private static final long RESUMABLE = ALWAYS | InitFlags.POSIX_ACL;

  /** Apart, so that a mount that nobody takes over does not pay for the classes behind it. */
  private static final class Syntax {
    static final Pattern TEXT = Pattern.compile("([0-9]{1,3})\\.([0-9a-f]{1,16})\\.([0-9]{1,3})");
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws IllegalArgumentException for anything that no server of this version would have agreed
   *     to and could go on with in another process
   */
  public static Negotiation parse(String text) {
    Matcher matcher = Syntax.TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("found '%s', expected MINOR.FLAGS.PAGES".formatted(text));
    }
    Negotiation agreed =
        new Negotiation(
            Integer.parseInt(matcher.group(1)),
            Long.parseUnsignedLong(matcher.group(2), 16),
            Integer.parseInt(matcher.group(3)));
    boolean known =
        agreed.minor >= OLDEST_MINOR
            && agreed.minor <= NEWEST_MINOR
            && (agreed.flags & ~RESUMABLE) == 0
            && agreed.maxPages > 0
            && agreed.maxPages <= MOST_PAGES;
    if (!known || !agreed.canBeResumed()) {
      throw new IllegalArgumentException(
          "found '%s', which this version cannot go on with".formatted(text));
    }
    return agreed;
  }

  /** For {@link #parse}; of ASCII letters, digits and dots. */
  public String toText() {
    return "%d.%x.%d".formatted(minor, flags, maxPages);
  }

  /** Whether another process can take the connection over without losing a request. */
  public boolean canBeResumed() {
    return has(InitFlags.HAS_RESEND) && !has(InitFlags.PASSTHROUGH);
  }

  boolean has(long flag) {
    return (flags & flag) != 0;
  }

  /** Bytes of the largest body that a READ or READDIR can ask for. */
  static int largestTransfer(int pageSize) {
    // A reply of more than a mebibyte gains nothing, whatever the page size.
    return Math.min(MOST_PAGES, (1 << 20) / pageSize) * pageSize;
  }

  /**
   * Answers the kernel's offer.
   *
   * @param request an INIT of major version 7
   * @param wanted optional {@link InitFlags} to take if they are offered
   * @param pageSize of the system, bytes
   */
  static Negotiation of(Request request, long wanted, int pageSize) {
    long offered = Integer.toUnsignedLong(request.bits32(InitInLayout.FLAGS_AT));
    boolean extended =
        (offered & InitFlags.INIT_EXT) != 0
            && request.bodyLength() >= InitInLayout.FLAGS2_AT + Integer.BYTES;
    if (extended) {
      offered |= (long) request.bits32(InitInLayout.FLAGS2_AT) << 32;
    } else {
      offered &= ~InitFlags.INIT_EXT;
    }
    long flags = offered & (ALWAYS | wanted);
    int pages =
        (flags & InitFlags.MAX_PAGES) != 0 ? largestTransfer(pageSize) / pageSize : DEFAULT_PAGES;
    int minor = Math.min(request.bits32(InitInLayout.MINOR_AT), NEWEST_MINOR);
    return new Negotiation(minor, flags, pages);
  }

  /**
   * Writes the body of the reply.
   *
   * @param maxReadahead what the kernel offered, bytes
   * @return its bytes
   */
  int write(Reply reply, int maxReadahead) {
    reply.clear(InitOutLayout.SIZE);
    reply.put32(InitOutLayout.MAJOR_AT, MAJOR);
    reply.put32(InitOutLayout.MINOR_AT, minor);
    reply.put32(InitOutLayout.MAX_READAHEAD_AT, maxReadahead);
    reply.put32(InitOutLayout.FLAGS_AT, (int) flags);
    reply.put32(InitOutLayout.FLAGS2_AT, (int) (flags >>> 32));
    reply.put16(InitOutLayout.MAX_BACKGROUND_AT, MAX_BACKGROUND);
    reply.put16(InitOutLayout.CONGESTION_THRESHOLD_AT, MAX_BACKGROUND * 3 / 4);
    reply.put32(InitOutLayout.MAX_WRITE_AT, MAX_WRITE);
    reply.put32(InitOutLayout.TIME_GRANULARITY_AT, 1);
    reply.put16(InitOutLayout.MAX_PAGES_AT, maxPages);
    // Backing files lie on ordinary file systems, and an overlay may be stacked on this mount.
    reply.put32(InitOutLayout.MAX_STACK_DEPTH_AT, has(InitFlags.PASSTHROUGH) ? 1 : 0);
    return InitOutLayout.SIZE;
  }
}
