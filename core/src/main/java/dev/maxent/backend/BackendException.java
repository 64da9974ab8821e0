package dev.maxent.backend;

/**
 * A backend could not be opened, or its device failed or ran out of room. Mistakes in arguments are
 * {@link IllegalArgumentException}s and use after close is an {@link IllegalStateException}.
 */
public class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what failed.
   *
   * @param message what was asked, what happened, and what would help
   */
  public BackendException(String message) {
    super(message);
  }

  /**
   * Says what failed and why.
   *
   * @param message what was asked, what happened, and what would help
   * @param cause the error underneath
   */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
