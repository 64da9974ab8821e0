package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.environment.TabularMdp;
import java.util.Locale;

/**
 * Where {@code solve} runs: on what is named, or on {@code reference} where the table is small.
 * There the float64 loops are done before HotSpot has compiled the Vector API's, which takes about
 * a second, and are exact to ten digits and more.
 *
 * @param backend open; the caller closes it
 * @param why why it was chosen, or empty where the user or the log says
 */
record SolveBackend(Backend backend, String why) {
  /** Of states × actions + transitions, times backups: some 1.5 s on {@code reference}. */
  private static final double MOST = 1e8;

  /** Backups until float64 cannot tell them apart are about this, 45 bits, over 1 − γ. */
  private static final double HORIZONS = 32;

  /** More are not counted: with γ so close to 1, float32 would leave no digits. */
  private static final double MOST_BACKUPS = 10_000;

  /** Opens the backend for a table. */
  static SolveBackend of(String id, TabularMdp mdp, double gamma, int maxIterations) {
    double backups = Math.min(Math.min(MOST_BACKUPS, maxIterations), HORIZONS / (1 - gamma));
    double work = ((double) mdp.states() * mdp.actions() + mdp.transitions()) * backups;
    if (!BackendChoice.isFree(id) || work > MOST) {
      return new SolveBackend(BackendChoice.open(id), "");
    }
    String why =
        String.format(
            Locale.ROOT,
            " (float64, chosen as the table is small: work about %.1g of at most %.0g; --backend"
                + " names another)",
            work,
            MOST);
    return new SolveBackend(BackendChoice.open("reference"), why);
  }
}
