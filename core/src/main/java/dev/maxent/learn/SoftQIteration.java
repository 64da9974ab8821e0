package dev.maxent.learn;

import dev.maxent.backend.Backend;
import dev.maxent.environment.TabularMdp;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Soft Q-iteration on a table: the soft-optimal values and policy of a {@link TabularMdp}. α = 0
 * gives ordinary value iteration and policy iteration. Source: Haarnoja et al. 2017 (arXiv
 * 1702.08165), theorems 1, 3 and 4.
 *
 * <p><b>When it stops.</b> One soft backup T is a γ-contraction in the maximum norm. A backend
 * computes T̃ with ‖T̃V − TV‖ ≤ ε (see the derivation in {@code BackupRounding}). With V′ = T̃V and
 * residual ρ = ‖V′ − V‖,
 *
 * <pre>‖V′ − V*‖ ≤ ‖T̃V − TV‖ + ‖TV − TV*‖ ≤ ε + γ (ρ + ‖V′ − V*‖),  so
 * ‖V′ − V*‖ ≤ (γρ + ε) / (1 − γ),</pre>
 *
 * <p>which is reported as {@link Solution#errorBound()}. Iteration ends when that bound is within
 * the tolerance, or, where rounding forbids it, when γρ ≤ ε and ρ has not fallen for 1/(1 − γ)
 * backups; then the bound, at most 2ε/(1 − γ), is reported all the same and {@link
 * Solution#converged()} is false. With γ = 1 there is no contraction and no bound: iteration ends
 * when ρ is within the tolerance. Reaching the limit of iterations is a {@link
 * NotConvergedException}.
 *
 * <p>ρ and V are downloaded only every few backups; the rest stays on the device.
 */
public final class SoftQIteration {
  private SoftQIteration() {}

  /**
   * What to solve for and when to stop.
   *
   * @param discount γ, from 0 to 1
   * @param temperature α, 0 or more, finite
   * @param tolerance what ‖V − V*‖∞ may be (with γ = 1: the residual), 0 or more; 0 means as exact
   *     as rounding allows
   * @param maxIterations the most backups, 1 or more
   * @param checkEvery backups between two looks at the residual, 1 or more
   */
  public record Settings(
      double discount, double temperature, double tolerance, int maxIterations, int checkEvery) {
    /** The tolerance of {@link #of}; {@value}. */
    public static final double DEFAULT_TOLERANCE = 1e-10;

    /** The most backups of {@link #of}; {@value}. */
    public static final int DEFAULT_MAX_ITERATIONS = 1_000_000;

    /** Checks the values. */
    public Settings {
      check("discount", discount, discount >= 0 && discount <= 1, "a number from 0 to 1");
      check(
          "temperature",
          temperature,
          temperature >= 0 && temperature <= Float.MAX_VALUE,
          "0 or more and finite in float32");
      check(
          "tolerance",
          tolerance,
          tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY,
          "0 or more and finite");
      check("maxIterations", maxIterations, maxIterations >= 1, "1 or more");
      check("checkEvery", checkEvery, checkEvery >= 1, "1 or more");
    }

    private static void check(String name, Number value, boolean good, String expected) {
      if (!good) {
        throw new IllegalArgumentException(name + " = " + value + ": expected " + expected);
      }
    }

    /**
     * Settings with the usual limits.
     *
     * @param discount γ
     * @param temperature α
     * @return tolerance {@value #DEFAULT_TOLERANCE}, at most {@value #DEFAULT_MAX_ITERATIONS}
     *     backups, a look every 16
     */
    public static Settings of(double discount, double temperature) {
      return new Settings(discount, temperature, DEFAULT_TOLERANCE, DEFAULT_MAX_ITERATIONS, 16);
    }

    /**
     * Changes the tolerance.
     *
     * @param newTolerance what ‖V − V*‖∞ may be
     * @return a copy
     */
    public Settings withTolerance(double newTolerance) {
      return new Settings(discount, temperature, newTolerance, maxIterations, checkEvery);
    }

    /**
     * Changes the limit.
     *
     * @param newMaxIterations the most backups
     * @return a copy
     */
    public Settings withMaxIterations(int newMaxIterations) {
      return new Settings(discount, temperature, tolerance, newMaxIterations, checkEvery);
    }
  }

  /**
   * What was found. Matrices are row-major, states × actions.
   *
   * @param states number of states
   * @param actions number of actions
   * @param values V; 0 in terminal states
   * @param actionValues Q, of which V is the soft value; 0 where the action is not allowed
   * @param policy π; 0 where the action is not allowed
   * @param greedyActions the action with the largest Q, the lowest among equals; −1 in terminal
   *     states
   * @param iterations backups that ran
   * @param improvements policy improvements among them; 0 for value iteration
   * @param residual ‖V′ − V‖∞ of the last backup
   * @param roundingBound ε of that backup
   * @param errorBound bound on ‖V − V*‖∞; ∞ with γ = 1
   * @param converged whether the tolerance was met; false where rounding forbids it
   */
  @SuppressWarnings("ArrayRecordComponent") // A result to read, too large to copy at each look.
  public record Solution(
      int states,
      int actions,
      double[] values,
      double[] actionValues,
      double[] policy,
      int[] greedyActions,
      int iterations,
      int improvements,
      double residual,
      double roundingBound,
      double errorBound,
      boolean converged) {}

  /**
   * Soft value iteration from V = 0.
   *
   * @param backend where it runs
   * @param mdp the problem
   * @param settings what to solve for
   * @return values, policy and how good they are
   * @throws NotConvergedException if the limit is reached first
   */
  public static Solution valueIteration(Backend backend, TabularMdp mdp, Settings settings) {
    Objects.requireNonNull(settings, "settings");
    try (TabularSweeps sweeps = new TabularSweeps(backend, mdp, settings)) {
      return sweeps.iterateValues();
    }
  }

  /**
   * Soft policy iteration from the policy that is soft-greedy for R: evaluate π by backups, improve
   * to π ∝ exp(Q/α), until improvement is within rounding; the last digits and the bound come from
   * soft backups. With γ = 1 a policy has a value only if its episodes end, which that first one's
   * need not do, even where value iteration converges.
   *
   * @param backend where it runs
   * @param mdp the problem
   * @param settings what to solve for
   * @return values, policy and how good they are
   * @throws NotConvergedException if the limit is reached first
   */
  public static Solution policyIteration(Backend backend, TabularMdp mdp, Settings settings) {
    return policyIteration(backend, mdp, settings, _ -> {});
  }

  /**
   * Soft policy iteration that shows its steps.
   *
   * @param backend where it runs
   * @param mdp the problem
   * @param settings what to solve for
   * @param evaluated takes V of each policy in turn, rising to V*
   * @return values, policy and how good they are
   * @throws NotConvergedException if the limit is reached first
   */
  public static Solution policyIteration(
      Backend backend, TabularMdp mdp, Settings settings, Consumer<double[]> evaluated) {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(evaluated, "evaluated");
    try (TabularSweeps sweeps = new TabularSweeps(backend, mdp, settings)) {
      return sweeps.iteratePolicies(evaluated);
    }
  }
}
