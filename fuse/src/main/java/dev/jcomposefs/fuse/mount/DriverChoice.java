package dev.jcomposefs.fuse.mount;

/** Which driver is to speak to the kernel. */
public enum DriverChoice {
  /** The best one that works here. */
  AUTO,
  /** jnr-fuse over libfuse 2. */
  JNR
}
