package dev.jcomposefs.cli.dropin;

/** An option that getopt_long(3) does not let pass; its words are the message. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean missingValue;

  BadOptionException(String message, boolean missingValue) {
    super(message);
    this.missingValue = missingValue;
  }

  /** Whether the option is a known one, and only its value is missing. */
  boolean isMissingValue() {
    return missingValue;
  }
}
