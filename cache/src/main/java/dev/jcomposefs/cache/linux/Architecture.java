package dev.jcomposefs.cache.linux;

import org.jspecify.annotations.Nullable;

/** The processor architectures whose system call numbers are known here. */
enum Architecture {
  X86_64,
  AARCH64;

  /** The one this process runs on; null if it is none of these. */
  static final @Nullable Architecture RUNNING = named(System.getProperty("os.arch", ""));

  static @Nullable Architecture named(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> null;
    };
  }
}
