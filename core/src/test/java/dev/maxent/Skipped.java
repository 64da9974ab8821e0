package dev.maxent;

import static org.junit.jupiter.api.Assumptions.abort;

/** Tests that do not run here; the build prints why. */
public final class Skipped {
  private Skipped() {}

  /**
   * Skips the test unless it can run.
   *
   * @param possible whether it can
   * @param reason why not
   */
  public static void unless(boolean possible, String reason) {
    if (!possible) {
      System.out.println("not run: " + reason);
      abort(reason);
    }
  }
}
