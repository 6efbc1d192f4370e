package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.MemorySegment;

/**
 * Any bytes either are refused as an EROFS image or answer everything that a mount asks, with a
 * value or a typed error, in bounded time and memory.
 */
public final class ErofsImageTarget {
  private ErofsImageTarget() {}

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    ErofsImage image;
    try {
      image = ErofsImage.open(MemorySegment.ofArray(data), "fuzzed");
    } catch (FsException e) {
      return;
    }
    EveryRead.of(image);
  }
}
