package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.BYTE;
import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Objects;

/**
 * Soft values of a batch of rows of Q, and what follows from them. Sources: Haarnoja et al. 2017
 * (arXiv 1702.08165) for V, π and the target; Asadi and Littman 2017 (arXiv 1612.05628) for
 * mellowmax; Maddison et al. 2014 (arXiv 1411.0030) for Gumbel-max.
 *
 * <p>Conventions, with z<sub>k</sub> = Q<sub>k</sub>/α + log w<sub>k</sub> over the columns that
 * are not excluded:
 *
 * <table>
 * <caption>Special rows</caption>
 * <tr><th>row</th><th>V</th><th>π</th><th>log π</th><th>H</th><th>E[Q]</th><th>action</th></tr>
 * <tr><td>every column excluded, or none</td><td>−∞</td><td>0</td><td>−∞</td><td>0</td><td>0</td>
 * <td>−1</td></tr>
 * <tr><td>any NaN</td><td>NaN</td><td>NaN</td><td>NaN</td><td>NaN</td><td>NaN</td><td>−1</td></tr>
 * <tr><td>any +∞</td><td>+∞</td><td>NaN</td><td>NaN</td><td>NaN</td><td>NaN</td>
 * <td>the first +∞</td></tr>
 * <tr><td>all −∞</td><td>−∞</td><td>NaN</td><td>NaN</td><td>NaN</td><td>NaN</td><td>−1</td></tr>
 * <tr><td>α = 0</td><td>max Q</td><td>1 at the first maximum</td><td>0 there</td><td>0</td>
 * <td>max Q</td><td>the first maximum</td></tr>
 * </table>
 *
 * <p>The first line that fits applies. π and log π of excluded columns are 0 and −∞ in every row,
 * and terms with π = 0 count 0 in H and E[Q]. With α = 0 log-weights matter only where they are −∞.
 * Where the difference of two Q is beyond float32, {@code opencl} may take it for infinite, and so
 * the smaller of them for −∞.
 *
 * <p>All outputs must differ from all inputs. Every method throws {@link IllegalArgumentException}
 * for an array of another backend, type or length and {@link IllegalStateException} for a closed
 * one; the message names the argument, what it was and what was expected.
 */
public abstract class SoftValueKernels {
  /** So that an index one vector beyond the last column is still an int. */
  private static final int MOST_COLUMNS = Integer.MAX_VALUE - 4096;

  private final Backend backend;

  /**
   * For subclasses.
   *
   * @param backend the backend that owns the arrays
   */
  protected SoftValueKernels(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  /**
   * Soft value V = α log Σ<sub>k</sub> w<sub>k</sub> exp(Q<sub>k</sub>/α) of each row.
   *
   * @param q the action values
   * @param temperature α
   * @param value out: REAL, rows; in units of Q
   */
  public final void logSumExp(ActionValues q, Temperature temperature, DeviceArray value) {
    backend.enter();
    try {
      check(q, temperature);
      output(q, temperature, "value", value, q.rows());
      launchLogSumExp(q, temperature, value);
    } finally {
      backend.exit();
    }
  }

  /**
   * Mellowmax α log (Σ<sub>k</sub> w<sub>k</sub> exp(Q<sub>k</sub>/α) / Σ<sub>k</sub>
   * w<sub>k</sub>) of each row, accurate for large α as well, where it tends to the weighted mean.
   *
   * @param q the action values
   * @param temperature α
   * @param value out: REAL, rows; in units of Q
   */
  public final void mellowmax(ActionValues q, Temperature temperature, DeviceArray value) {
    backend.enter();
    try {
      check(q, temperature);
      output(q, temperature, "value", value, q.rows());
      launchMellowmax(q, temperature, value);
    } finally {
      backend.exit();
    }
  }

  /**
   * Backward pass of {@link #logSumExp} and of {@link #mellowmax}: ∂L/∂Q<sub>k</sub> =
   * π<sub>k</sub> · ∂L/∂V. In a row with +∞ the derivative at finite entries is 0, at infinite ones
   * NaN. An infinite ∂L/∂V gives NaN where π<sub>k</sub> is 0, in float32 from 2⁻¹²⁵ down.
   *
   * @param q the action values; one head
   * @param temperature α
   * @param upstream REAL, rows: ∂L/∂V
   * @param gradient out: REAL, rows × columns
   */
  public final void logSumExpGradient(
      ActionValues q, Temperature temperature, DeviceArray upstream, DeviceArray gradient) {
    backend.enter();
    try {
      check(q, temperature);
      if (q.heads() != 1) {
        throw new IllegalArgumentException(
            "heads = " + q.heads() + ": expected 1, the gradient of a minimum is not offered");
      }
      Checks.array(backend, "upstream", upstream, REAL, q.rows());
      output(q, temperature, "gradient", gradient, q.size());
      Checks.distinct("gradient", gradient, "upstream", upstream);
      launchLogSumExpGradient(q, temperature, upstream, gradient);
    } finally {
      backend.exit();
    }
  }

  /**
   * Boltzmann policy π<sub>k</sub> = w<sub>k</sub> exp((Q<sub>k</sub> − V)/α) with any subset of V,
   * π, log π, entropy H = −Σ π log π and E[Q] = Σ π Q, in one pass over Q.
   *
   * @param q the action values
   * @param temperature α
   * @param outputs where to write; null fields are not computed
   */
  public final void policy(ActionValues q, Temperature temperature, PolicyOutputs outputs) {
    backend.enter();
    try {
      check(q, temperature);
      Objects.requireNonNull(outputs, "outputs");
      int rows = q.rows();
      optional(q, temperature, "value", outputs.value(), rows);
      optional(q, temperature, "probabilities", outputs.probabilities(), q.size());
      optional(q, temperature, "logProbabilities", outputs.logProbabilities(), q.size());
      optional(q, temperature, "entropy", outputs.entropy(), rows);
      optional(q, temperature, "expectedQ", outputs.expectedQ(), rows);
      distinctOutputs(outputs);
      launchPolicy(q, temperature, outputs);
    } finally {
      backend.exit();
    }
  }

  /**
   * Samples an action per row from the Boltzmann policy by Gumbel-max: argmax<sub>k</sub>
   * z<sub>k</sub> − log(−log u<sub>k</sub>), u from one Philox word per element (see {@link
   * RandomKernels#uniform}). Excluded columns are never drawn; with α = 0 it is {@link #greedy}.
   *
   * @param q the action values
   * @param temperature α
   * @param state the random stream; advanced by one
   * @param actions out: INT32, rows; −1 where there is no action
   */
  public final void sample(
      ActionValues q, Temperature temperature, RandomState state, DeviceArray actions) {
    backend.enter();
    try {
      check(q, temperature);
      Checks.array(backend, "state", Objects.requireNonNull(state, "state").words(), INT32, 4);
      Checks.array(backend, "actions", actions, INT32, q.rows());
      Checks.distinct("actions", actions, "state", state.words());
      launchSample(q, temperature, state, actions);
    } finally {
      backend.exit();
    }
  }

  /**
   * The column with the largest Q of each row; the lowest index among equals. Log-weights matter
   * only where they are −∞.
   *
   * @param q the action values
   * @param actions out: INT32, rows; −1 where there is no action
   */
  public final void greedy(ActionValues q, DeviceArray actions) {
    backend.enter();
    try {
      check(q);
      Checks.array(backend, "actions", actions, INT32, q.rows());
      launchGreedy(q, actions);
    } finally {
      backend.exit();
    }
  }

  /**
   * Soft Bellman target r + γ (1 − terminated) V(s′) of each row, with V as in {@link #logSumExp}.
   * A terminated row is r exactly, whatever Q(s′) holds; with γ = 0 every row is.
   *
   * @param next the action values of the next states; several heads give clipped (twin) targets
   * @param temperature α
   * @param reward REAL, rows: r
   * @param terminated BYTE, rows: not 0 where the episode ended in s′ (not where it was cut off)
   * @param discount γ, from 0 to 1
   * @param target out: REAL, rows
   */
  public final void bellmanTarget(
      ActionValues next,
      Temperature temperature,
      DeviceArray reward,
      DeviceArray terminated,
      double discount,
      DeviceArray target) {
    backend.enter();
    try {
      check(next, temperature);
      Checks.array(backend, "reward", reward, REAL, next.rows());
      Checks.array(backend, "terminated", terminated, BYTE, next.rows());
      Checks.discount(discount);
      output(next, temperature, "target", target, next.rows());
      Checks.distinct("target", target, "reward", reward);
      launchBellmanTarget(next, temperature, reward, terminated, discount, target);
    } finally {
      backend.exit();
    }
  }

  private void check(ActionValues q) {
    Objects.requireNonNull(q, "action values");
    Checks.size("heads", q.heads(), 1);
    Checks.size("rows", q.rows(), 0);
    Checks.size("columns", q.columns(), 0);
    Checks.array(backend, "q", q.q(), REAL, Checks.product(q.heads(), q.size()));
    if (q.columns() > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "columns = " + q.columns() + ": expected at most " + MOST_COLUMNS);
    }
    if (q.mask() != null) {
      Checks.rowsOrShared(backend, "mask", q.mask(), BYTE, q.rows(), q.columns());
    }
    if (q.logWeights() != null) {
      Checks.rowsOrShared(backend, "logWeights", q.logWeights(), REAL, q.rows(), q.columns());
    }
  }

  private void check(ActionValues q, Temperature temperature) {
    check(q);
    Checks.temperature(backend, temperature, q.rows());
  }

  private void optional(
      ActionValues q, Temperature temperature, String name, DeviceArray output, long length) {
    if (output != null) {
      output(q, temperature, name, output, length);
    }
  }

  private void output(
      ActionValues q, Temperature temperature, String name, DeviceArray output, long length) {
    Checks.array(backend, name, output, REAL, length);
    Checks.distinct(name, output, "q", q.q());
    Checks.distinct(name, output, "logWeights", q.logWeights());
    Checks.distinct(name, output, "temperature", temperature.array());
  }

  private static void distinctOutputs(PolicyOutputs o) {
    Checks.distinct("value", o.value(), "entropy", o.entropy());
    Checks.distinct("value", o.value(), "expectedQ", o.expectedQ());
    Checks.distinct("entropy", o.entropy(), "expectedQ", o.expectedQ());
    Checks.distinct("probabilities", o.probabilities(), "logProbabilities", o.logProbabilities());
    Checks.distinct("value", o.value(), "probabilities", o.probabilities());
    Checks.distinct("value", o.value(), "logProbabilities", o.logProbabilities());
    Checks.distinct("entropy", o.entropy(), "probabilities", o.probabilities());
    Checks.distinct("entropy", o.entropy(), "logProbabilities", o.logProbabilities());
    Checks.distinct("expectedQ", o.expectedQ(), "probabilities", o.probabilities());
    Checks.distinct("expectedQ", o.expectedQ(), "logProbabilities", o.logProbabilities());
  }

  /**
   * Hook of {@link #logSumExp}.
   *
   * @param q checked
   * @param temperature checked
   * @param value out
   */
  protected abstract void launchLogSumExp(
      ActionValues q, Temperature temperature, DeviceArray value);

  /**
   * Hook of {@link #mellowmax}.
   *
   * @param q checked
   * @param temperature checked
   * @param value out
   */
  protected abstract void launchMellowmax(
      ActionValues q, Temperature temperature, DeviceArray value);

  /**
   * Hook of {@link #logSumExpGradient}.
   *
   * @param q checked
   * @param temperature checked
   * @param upstream checked
   * @param gradient out
   */
  protected abstract void launchLogSumExpGradient(
      ActionValues q, Temperature temperature, DeviceArray upstream, DeviceArray gradient);

  /**
   * Hook of {@link #policy}.
   *
   * @param q checked
   * @param temperature checked
   * @param outputs out; null fields are not wanted
   */
  protected abstract void launchPolicy(
      ActionValues q, Temperature temperature, PolicyOutputs outputs);

  /**
   * Hook of {@link #sample}.
   *
   * @param q checked
   * @param temperature checked
   * @param state checked; advance its counter by one
   * @param actions out
   */
  protected abstract void launchSample(
      ActionValues q, Temperature temperature, RandomState state, DeviceArray actions);

  /**
   * Hook of {@link #greedy}.
   *
   * @param q checked
   * @param actions out
   */
  protected abstract void launchGreedy(ActionValues q, DeviceArray actions);

  /**
   * Hook of {@link #bellmanTarget}.
   *
   * @param next checked
   * @param temperature checked
   * @param reward checked
   * @param terminated checked
   * @param discount checked
   * @param target out
   */
  protected abstract void launchBellmanTarget(
      ActionValues next,
      Temperature temperature,
      DeviceArray reward,
      DeviceArray terminated,
      double discount,
      DeviceArray target);
}
