package dev.maxent.backend;

/** Whether a device can be used here, and if not, why not and what would change that. */
public sealed interface Availability {

  /** The device can be opened. */
  record Available() implements Availability {}

  /**
   * The device cannot be opened.
   *
   * @param reason what is missing or broken, in one line
   * @param remedy what the user can do about it, in one line
   */
  record Unavailable(String reason, String remedy) implements Availability {}
}
