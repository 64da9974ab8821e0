package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Objects;

/**
 * Stein variational gradient descent for batches of states, each with its own particles. Sources:
 * Liu and Wang 2016 (arXiv 1608.04471) for the direction, Haarnoja et al. 2017 (arXiv 1702.08165)
 * for its form with two sets, Liu et al. 2016 (arXiv 1602.03253) for the discrepancy.
 *
 * <p>x<sub>1</sub> … x<sub>n</sub> are the source particles of a state, s<sub>j</sub> = ∇ log
 * p(x<sub>j</sub>) their scores, y<sub>1</sub> … y<sub>m</sub> the target particles, those that
 * move; source and target may be the same array. Memory beyond the arguments is O(states · (n + m)
 * · d): no matrix of n × m is ever kept, whatever n.
 *
 * <p>NaN or ±∞ anywhere among a state's particles or scores makes every real result of that state
 * NaN, and touches no other state; so do a temperature or bandwidth on the device that are out of
 * range. Calls do not look for such numbers; {@link Particles#findNonFinite} finds the first.
 * Particles are used by their differences only (but for the linear kernel), so that clouds far from
 * the origin keep their digits. Squared distances beyond float32 may count as infinite in {@code
 * opencl}; {@code cpu} computes states whose numbers float32 does not hold in float64, pair by pair
 * on one thread. {@code reference} refuses rules for the bandwidth from some n on, see {@link
 * Bandwidth.Rule}. Errors are as in {@link SoftValueKernels}.
 */
public abstract class SteinKernels {
  private final Backend backend;

  /**
   * For subclasses.
   *
   * @param backend the backend that owns the arrays
   */
  protected SteinKernels(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  /**
   * Stein direction φ(y<sub>i</sub>) = 1/n Σ<sub>j</sub> [k(x<sub>j</sub>, y<sub>i</sub>)
   * s<sub>j</sub> + α ∇k(x<sub>j</sub>, y<sub>i</sub>)], ∇ by the first argument.
   *
   * <p>α weighs entropy, that is the repulsion: with scores ∇Q the particles tend to p ∝ exp(Q/α),
   * and φ is α times the direction of the textbook, whose scores are ∇Q/α. Scores of a density that
   * is given as such go with α = 1. With δ = x<sub>j</sub> − y<sub>i</sub> and r² = ‖δ‖² the
   * gradient is −2/h δ k for {@link SteinKernel#rbf}, 2β/h δ (c² + r²/h)<sup>β−1</sup> for {@link
   * SteinKernel#imq}, y<sub>i</sub> for {@link SteinKernel#linear}.
   *
   * @param source x
   * @param score REAL, as long as the source: s
   * @param target y, of as many states and dimensions; may be the source
   * @param kernel k
   * @param bandwidth h; the linear kernel has none and does not look at it
   * @param temperature α, of all states or (as one per row) of each
   * @param direction out: REAL, as long as the target: φ, in units of the score
   */
  public final void direction(
      Particles source,
      DeviceArray score,
      Particles target,
      SteinKernel kernel,
      Bandwidth bandwidth,
      Temperature temperature,
      DeviceArray direction) {
    backend.enter();
    try {
      check(source, target, bandwidth);
      Checks.array(backend, "score", score, REAL, source.size());
      Objects.requireNonNull(kernel, "kernel");
      Checks.temperature(backend, temperature, source.states());
      output("direction", direction, target.size(), source, target, bandwidth);
      Checks.distinct("direction", direction, "score", score);
      Checks.distinct("direction", direction, "temperature", temperature.array());
      launchDirection(source, score, target, kernel, bandwidth, temperature, direction);
    } finally {
      backend.exit();
    }
  }

  /**
   * The bandwidth h of each state, as {@link #direction} would use it.
   *
   * @param source x
   * @param target y, of as many states and dimensions; may be the source. Only {@link
   *     Bandwidth.Rule#SQL_REFERENCE} looks at it
   * @param bandwidth a rule, usually
   * @param h out: REAL, one per state
   */
  public final void bandwidths(
      Particles source, Particles target, Bandwidth bandwidth, DeviceArray h) {
    backend.enter();
    try {
      check(source, target, bandwidth);
      output("h", h, source.states(), source, target, bandwidth);
      launchBandwidths(source, target, bandwidth, h);
    } finally {
      backend.exit();
    }
  }

  /**
   * Squared kernelised Stein discrepancy of each state, as a V-statistic: S = 1/n²
   * Σ<sub>i</sub>Σ<sub>j</sub> u(x<sub>i</sub>, x<sub>j</sub>), u(x, x′) = k s·s′ +
   * s·∇<sub>x′</sub>k + s′·∇<sub>x</sub>k + tr ∇<sub>x</sub>∇<sub>x′</sub>k. It is 0 or more but
   * for rounding, and tends to 0 as the particles come to follow p.
   *
   * <p>With δ = x − x′ and r² = ‖δ‖²: for {@link SteinKernel#rbf} u = k [s·s′ + 2/h δ·(s − s′) +
   * 2d/h − 4r²/h²]; for {@link SteinKernel#imq} with w = c² + r²/h, u = w<sup>β</sup> s·s′ − 2β/h
   * w<sup>β−1</sup> [δ·(s − s′) + d] − 4β(β − 1) r²/h² w<sup>β−2</sup>; for {@link
   * SteinKernel#linear} u = (x·x′ + 1) s·s′ + s·x + s′·x′ + d. A rule takes its distances among the
   * particles.
   *
   * @param particles x
   * @param score REAL, as long as the particles: s
   * @param kernel k
   * @param bandwidth h
   * @param discrepancy out: REAL, one per state: S, in squared units of the score
   */
  public final void discrepancy(
      Particles particles,
      DeviceArray score,
      SteinKernel kernel,
      Bandwidth bandwidth,
      DeviceArray discrepancy) {
    backend.enter();
    try {
      check(particles, particles, bandwidth);
      Checks.array(backend, "score", score, REAL, particles.size());
      Objects.requireNonNull(kernel, "kernel");
      output("discrepancy", discrepancy, particles.states(), particles, particles, bandwidth);
      Checks.distinct("discrepancy", discrepancy, "score", score);
      launchDiscrepancy(particles, score, kernel, bandwidth, discrepancy);
    } finally {
      backend.exit();
    }
  }

  /**
   * Moves particles along a direction, each element alone. NaN and ±∞ stay with their elements.
   *
   * @param particles REAL, any length; updated
   * @param direction REAL, as long: φ
   * @param step how; its arrays are updated
   */
  public final void step(DeviceArray particles, DeviceArray direction, ParticleStep step) {
    backend.enter();
    try {
      Objects.requireNonNull(step, "step");
      long length = particles == null ? 0 : particles.length();
      Checks.array(backend, "particles", particles, REAL, length);
      Checks.array(backend, "direction", direction, REAL, length);
      Checks.distinct("particles", particles, "direction", direction);
      switch (step) {
        case ParticleStep.Plain _ -> {
          // Remembers nothing.
        }
        case ParticleStep.AdaGrad rule ->
            memory("squares", rule.squares(), length, particles, direction);
        case ParticleStep.Adam rule -> {
          memory("mean", rule.mean(), length, particles, direction);
          memory("squares", rule.squares(), length, particles, direction);
          Checks.distinct("squares", rule.squares(), "mean", rule.mean());
          Checks.array(backend, "count", rule.count(), INT32, 1);
        }
      }
      launchStep(particles, direction, step);
    } finally {
      backend.exit();
    }
  }

  private void memory(
      String name, DeviceArray array, long length, DeviceArray particles, DeviceArray direction) {
    Checks.array(backend, name, array, REAL, length);
    Checks.distinct(name, array, "particles", particles);
    Checks.distinct(name, array, "direction", direction);
  }

  private void check(Particles source, Particles target, Bandwidth bandwidth) {
    Objects.requireNonNull(source, "source").check(backend, "source");
    Objects.requireNonNull(target, "target").check(backend, "target");
    same("target.states", target.states(), source.states());
    same("target.dimensions", target.dimensions(), source.dimensions());
    Objects.requireNonNull(bandwidth, "bandwidth").check(backend, source.states());
  }

  private static void same(String name, int is, int expected) {
    if (is != expected) {
      throw new IllegalArgumentException(
          name + " = " + is + ": expected " + expected + ", as the source has");
    }
  }

  private void output(
      String name,
      DeviceArray array,
      long length,
      Particles source,
      Particles target,
      Bandwidth bandwidth) {
    Checks.array(backend, name, array, REAL, length);
    Checks.distinct(name, array, "source", source.array());
    Checks.distinct(name, array, "target", target.array());
    Checks.distinct(name, array, "bandwidth", bandwidth.array());
  }

  /**
   * Hook of {@link #direction}.
   *
   * @param source checked
   * @param score checked
   * @param target checked
   * @param kernel checked
   * @param bandwidth checked
   * @param temperature checked
   * @param direction out
   */
  protected abstract void launchDirection(
      Particles source,
      DeviceArray score,
      Particles target,
      SteinKernel kernel,
      Bandwidth bandwidth,
      Temperature temperature,
      DeviceArray direction);

  /**
   * Hook of {@link #bandwidths}.
   *
   * @param source checked
   * @param target checked
   * @param bandwidth checked
   * @param h out
   */
  protected abstract void launchBandwidths(
      Particles source, Particles target, Bandwidth bandwidth, DeviceArray h);

  /**
   * Hook of {@link #discrepancy}.
   *
   * @param particles checked
   * @param score checked
   * @param kernel checked
   * @param bandwidth checked
   * @param discrepancy out
   */
  protected abstract void launchDiscrepancy(
      Particles particles,
      DeviceArray score,
      SteinKernel kernel,
      Bandwidth bandwidth,
      DeviceArray discrepancy);

  /**
   * Hook of {@link #step}.
   *
   * @param particles checked; update it
   * @param direction checked
   * @param step checked; update its arrays
   */
  protected abstract void launchStep(
      DeviceArray particles, DeviceArray direction, ParticleStep step);
}
