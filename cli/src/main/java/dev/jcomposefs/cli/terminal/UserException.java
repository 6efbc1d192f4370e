package dev.jcomposefs.cli.terminal;

/** A command that cannot do what it was asked to, for a reason the user can act on. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what it is about, what was found, what was expected; lower case, no full stop
   */
  public UserException(String message) {
    super(message);
  }
}
