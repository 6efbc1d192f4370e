package dev.jcomposefs.fuse.dev;

/**
 * Thrown by {@link SlowSection#begin}: the request must wait for somebody who has time for it. It
 * has no stack trace, as nothing is wrong.
 */
final class PutOff extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PutOff() {
    super("the request has to wait", null, false, false);
  }
}
