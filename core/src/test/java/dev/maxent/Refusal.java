package dev.maxent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What a refused call must say. */
public final class Refusal {
  private Refusal() {}

  /**
   * Runs something that must be refused.
   *
   * @param type the exception's class, exactly
   * @param action what must be refused
   * @param parts what the message must contain: argument, what it was, what was expected
   * @return the message
   */
  public static String assertRefused(
      Class<? extends Throwable> type, Executable action, String... parts) {
    Throwable thrown = assertThrows(Throwable.class, action);
    assertEquals(type, thrown.getClass(), () -> "threw " + thrown);
    assertNotNull(thrown.getMessage(), "an exception without a message");
    for (String part : parts) {
      assertTrue(
          thrown.getMessage().contains(part),
          () -> "'" + part + "' is not in the message: " + thrown.getMessage());
    }
    return thrown.getMessage();
  }
}
