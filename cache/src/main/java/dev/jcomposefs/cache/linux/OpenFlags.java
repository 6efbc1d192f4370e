package dev.jcomposefs.cache.linux;

/**
 * The flags of open(2).
 *
 * <p>Source: Linux {@code include/uapi/asm-generic/fcntl.h}; aarch64 has its own values of two of
 * them, {@code arch/arm64/include/uapi/asm/fcntl.h}.
 */
public final class OpenFlags {
  public static final int READ_ONLY = 0;
  public static final int WRITE_ONLY = 01;
  public static final int READ_WRITE = 02;
  public static final int CREATE = 0100;
  public static final int EXCLUSIVE = 0200;
  public static final int NO_CTTY = 0400;
  public static final int APPEND = 02000;
  public static final int NON_BLOCK = 04000;
  public static final int DIRECTORY = onArm() ? 040000 : 0200000;
  public static final int NO_FOLLOW = onArm() ? 0100000 : 0400000;
  public static final int CLOSE_ON_EXEC = 02000000;
  public static final int PATH = 010000000;

  /** A file without a name in the directory that is opened. */
  public static final int TEMPORARY = 020000000 | DIRECTORY;

  private OpenFlags() {}

  private static boolean onArm() {
    return Architecture.RUNNING == Architecture.AARCH64;
  }
}
