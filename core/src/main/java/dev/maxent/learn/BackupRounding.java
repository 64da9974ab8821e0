package dev.maxent.learn;

import dev.maxent.backend.Backend;
import dev.maxent.environment.TabularMdp;

/**
 * Bounds ε, the rounding error of one soft backup: ‖T̃V − TV‖∞ ≤ ε, where T is the exact operator
 * and T̃ what a backend computes.
 *
 * <p>Derivation, with u the unit roundoff (2<sup>−24</sup> for float32, 2<sup>−53</sup> on {@code
 * reference}), M = ‖V‖∞, R = max |R(s, a)|, k the longest row of P, A the number of actions, and
 * g<sub>n</sub> = nu/(1 − nu), which bounds |(1 + δ₁)…(1 + δ<sub>n</sub>) − 1| for |δ| ≤ u:
 *
 * <ol>
 *   <li>Q = R + γ Σ p V. Each p is rounded once when uploaded and once in its product, and takes
 *       part in at most k − 1 sums in whatever order; γ is rounded once and multiplied once; the
 *       final sum rounds once. With Σ p ≤ 1 the second part is off by at most g<sub>k+4</sub> γM; R
 *       is rounded once and takes part in the final sum, off by at most g₂ R. So δQ ≤ g₂ R +
 *       g<sub>k+4</sub> γM.
 *   <li>α log Σ exp(Q/α) is a non-expansion in the maximum norm, so δQ reaches V′ at most once.
 *   <li>α is rounded once; ∂V/∂α is the entropy, at most log A: at most u α log A.
 *   <li>The log-sum-exp kernels promise one ulp of V′ and u α (2 + s + c), with c ≤ log A, and s
 *       for the additions that a term passes through: A − 1 at most, and more than six are not
 *       promised to matter (see {@code docs/decisions.md}). |V′| ≤ R + γM + α log A and an ulp is
 *       at most 2u of that: at most 2u (R + γM) + u α (2 + s + 3 log A).
 *   <li>Where results leave the normal numbers a rounding is off by what their precision, or a
 *       device that takes them for 0, leaves: at most η = 2<sup>−126</sup> (2<sup>−1022</sup> on
 *       {@code reference}) each, k + 8 of them.
 * </ol>
 *
 * <p>So ε = g₂ R + g<sub>k+4</sub> γM + 2u (R + γM) + u α (2 + s + 4 log A) + (k + 8) η. With α = 0
 * it holds a fortiori: a maximum rounds nothing.
 *
 * @param unit u
 * @param successors k
 * @param actions A
 * @param reward R
 * @param discount γ
 * @param temperature α
 */
record BackupRounding(
    double unit, int successors, int actions, double reward, double discount, double temperature) {

  /** Of longer sums the roundings partly cancel. */
  private static final int MOST_ADDITIONS = 6;

  static BackupRounding of(Backend backend, TabularMdp mdp, double discount, double temperature) {
    return new BackupRounding(
        unitRoundoff(backend),
        mdp.maxSuccessors(),
        mdp.actions(),
        mdp.maxReward(),
        discount,
        temperature);
  }

  /** The only place that knows how precise a backend's reals are. */
  static double unitRoundoff(Backend backend) {
    return "reference".equals(backend.info().id()) ? 0x1p-53 : 0x1p-24;
  }

  /** ε for an input with ‖V‖∞ ≤ value. */
  double bound(double value) {
    double next = discount * value;
    return growth(2) * reward
        + growth(successors + 4) * next
        + 2 * unit * (reward + next)
        + unit * temperature * (2 + additions() + 4 * Math.log(actions))
        + (successors + 8) * smallest();
  }

  /** s. */
  private int additions() {
    return Math.min(actions - 1, MOST_ADDITIONS);
  }

  /** ‖V*‖∞ ≤ (R + α log A) / (1 − γ); infinite for γ = 1. */
  double largestValue() {
    return (reward + temperature * Math.log(actions)) / (1 - discount);
  }

  /** η. */
  private double smallest() {
    return unit < 0x1p-24 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
  }

  private double growth(int n) {
    return n * unit / (1 - n * unit);
  }
}
