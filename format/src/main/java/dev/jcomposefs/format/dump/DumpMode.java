package dev.jcomposefs.format.dump;

/** How much the reader of a dump lets pass. */
public enum DumpMode {
  /** What the C {@code mkcomposefs} accepts by default. */
  COMPATIBLE,

  /**
   * What it accepts when {@code CFS_PARSE_STRICT} is in its environment: also refused are a device
   * number on other files than devices, a symbolic link whose SIZE is not the length of its target
   * or that has content, and a last line without a newline.
   */
  STRICT
}
