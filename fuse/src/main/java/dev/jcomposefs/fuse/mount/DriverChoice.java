package dev.jcomposefs.fuse.mount;

/** Which driver is to speak to the kernel. */
public enum DriverChoice {
  /** The best one that works here. */
  AUTO,
  /** The kernel's protocol on /dev/fuse, without a library. */
  DEV,
  /** jnr-fuse over libfuse 2. */
  JNR
}
