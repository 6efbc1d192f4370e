package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;

/** A mount option that is wrong; says which, and what is wrong with it. */
public final class OptionException extends FsException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with an option. */
  public enum Reason {
    /** There is no such option. */
    UNKNOWN,
    /** It cannot be had together with another one, or here. */
    UNSUPPORTED,
    /** It needs a value and has none. */
    NO_VALUE,
    /** Its value does not mean anything. */
    MALFORMED
  }

  private final String option;
  private final Reason reason;

  OptionException(String option, Reason reason, String text) {
    super(Errno.EINVAL, "option '%s': %s".formatted(option, text));
    this.option = option;
    this.reason = reason;
  }

  /** The option's name, without its value. */
  public String option() {
    return option;
  }

  public Reason reason() {
    return reason;
  }
}
