package dev.maxent.benchmarks;

/** Wrong usage or bad input: one line for the user, exit code 2. */
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InputException(String message) {
    super(message);
  }

  InputException(String message, Throwable cause) {
    super(message, cause);
  }

  /** An argument that is not what it should be. */
  static InputException argument(String name, Object value, String expected) {
    return new InputException(name + " = " + Words.value(value) + ": expected " + expected);
  }
}
