package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.descriptor.DescriptorImage;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.MemorySegment;

/**
 * Any bytes either are refused as a descriptor or answer everything that a mount asks, with a value
 * or a typed error, in bounded time and memory.
 */
public final class DescriptorImageTarget {
  private DescriptorImageTarget() {}

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    DescriptorImage image;
    try {
      image = DescriptorImage.open(MemorySegment.ofArray(data), "fuzzed");
    } catch (FsException e) {
      return;
    }
    EveryRead.of(image);
  }
}
