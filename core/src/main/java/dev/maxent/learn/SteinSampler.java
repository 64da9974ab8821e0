package dev.maxent.learn;

import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Moves particles until they follow a density p that is known by its {@link Score}: Stein
 * variational gradient descent, x ← x + step(φ(x)) with φ of {@link SteinKernels#direction}, for
 * several states at once. Source: Liu and Wang 2016, arXiv 1608.04471.
 *
 * <p>The particles belong to the caller and are updated in place. Everything else lives on the
 * device from the start: a step with a score of the device moves nothing between device and host
 * and allocates nothing. It has no randomness but where particles start, so the same backend,
 * device, start and seed give the same bits.
 *
 * <p>NaN or ±∞ in a state, from the start or from the score, soon is in all particles of that state
 * and in no other. {@link #checkFinite} and {@link Settings#checkFinite} say where.
 */
public final class SteinSampler implements AutoCloseable {

  /**
   * How to sample.
   *
   * @param kernel k
   * @param bandwidth h, or the rule for it
   * @param temperature α, the weight of entropy: with scores ∇Q particles tend to p ∝ exp(Q/α), so
   *     1 for the score of a density
   * @param rule how far a step goes
   * @param steps how many {@link SteinSampler#run()} takes, 0 or more
   * @param seed of {@link SteinSampler#drawNormal}
   * @param checkFinite steps between two calls of {@link SteinSampler#checkFinite()}, each of which
   *     waits for the device; 0 for none
   */
  public record Settings(
      SteinKernel kernel,
      Bandwidth bandwidth,
      Temperature temperature,
      StepRule rule,
      int steps,
      long seed,
      int checkFinite) {
    /** Checks the values. */
    public Settings {
      Objects.requireNonNull(kernel, "kernel");
      Objects.requireNonNull(bandwidth, "bandwidth");
      Objects.requireNonNull(temperature, "temperature");
      Objects.requireNonNull(rule, "rule");
      atLeast("steps", steps, 0);
      atLeast("checkFinite", checkFinite, 0);
    }

    /**
     * The usual: Gaussian kernel, bandwidth by {@link Bandwidth.Rule#LIU_WANG}, α = 1, seed 0, no
     * checks.
     *
     * @param rule how far a step goes
     * @param steps how many
     * @return the settings
     */
    public static Settings of(StepRule rule, int steps) {
      return new Settings(
          SteinKernel.rbf(),
          Bandwidth.of(Bandwidth.Rule.LIU_WANG),
          Temperature.of(1),
          rule,
          steps,
          0,
          0);
    }

    /**
     * Changes the kernel.
     *
     * @param newKernel k
     * @param newBandwidth h
     * @return a copy
     */
    public Settings withKernel(SteinKernel newKernel, Bandwidth newBandwidth) {
      return new Settings(newKernel, newBandwidth, temperature, rule, steps, seed, checkFinite);
    }

    /**
     * Changes the weight of entropy.
     *
     * @param newTemperature α
     * @return a copy
     */
    public Settings withTemperature(Temperature newTemperature) {
      return new Settings(kernel, bandwidth, newTemperature, rule, steps, seed, checkFinite);
    }

    /**
     * Changes the seed.
     *
     * @param newSeed any number
     * @return a copy
     */
    public Settings withSeed(long newSeed) {
      return new Settings(kernel, bandwidth, temperature, rule, steps, newSeed, checkFinite);
    }

    /**
     * Asks for checks.
     *
     * @param every steps between two checks; 0 for none
     * @return a copy
     */
    public Settings withCheckFinite(int every) {
      return new Settings(kernel, bandwidth, temperature, rule, steps, seed, every);
    }
  }

  /** Is told how far a run has come. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Called on the thread that runs. A device may still be behind: {@link Backend#finish} waits
     * for it, and reading {@link SteinSampler#particles()} does.
     *
     * @param step steps of this run so far, from 1
     * @param total steps of this run
     */
    void at(int step, int total);
  }

  private final Backend backend;
  private final SteinKernels kernels;
  private final Score score;
  private final Particles particles;
  private final Settings settings;
  private final List<DeviceArray> arrays = new ArrayList<>();
  private final DeviceArray scores;
  private final DeviceArray direction;
  private final ParticleStep step;
  private long taken;

  /**
   * Makes a sampler for particles where they are.
   *
   * @param score ∇ log p, or ∇Q
   * @param particles x; updated by every step, and closed by the caller
   * @param settings how
   * @throws IllegalArgumentException if sizes do not fit, or an array is another backend's
   */
  public SteinSampler(Score score, Particles particles, Settings settings) {
    this.score = Objects.requireNonNull(score, "score");
    this.particles = Objects.requireNonNull(particles, "particles");
    this.settings = Objects.requireNonNull(settings, "settings");
    backend = Objects.requireNonNull(particles.array(), "particles.array").backend();
    kernels = backend.stein();
    particles.check(backend, "particles");
    settings.bandwidth().check(backend, particles.states());
    settings.temperature().check(backend, particles.states());
    try {
      scores = array();
      direction = array();
      step = settings.rule().on(backend, particles.size(), arrays);
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private DeviceArray array() {
    DeviceArray array = backend.allocate(REAL, particles.size());
    arrays.add(array);
    return array;
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " = " + value + ": expected " + least + " or more");
    }
  }

  /**
   * The particles that it moves.
   *
   * @return as given
   */
  public Particles particles() {
    return particles;
  }

  /**
   * Steps taken so far, by all runs.
   *
   * @return 0 or more
   */
  public long stepsTaken() {
    return taken;
  }

  /**
   * Draws the particles from a normal distribution, as the first draw of a stream with the seed of
   * the settings: see {@link RandomState}.
   *
   * @param deviation standard deviation of each coordinate, 0 or more
   * @param mean of each coordinate, or one number for all
   * @return this
   */
  public SteinSampler drawNormal(double deviation, double... mean) {
    if (!(deviation >= 0 && deviation <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "deviation = " + deviation + ": expected 0 or more and finite in float32");
    }
    if (mean.length != 1 && mean.length != particles.dimensions()) {
      throw new IllegalArgumentException(
          "mean.length = "
              + mean.length
              + ": expected 1, or particles.dimensions = "
              + particles.dimensions());
    }
    for (int i = 0; i < mean.length; i++) {
      if (!(Math.abs(mean[i]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "mean[" + i + "] = " + mean[i] + ": expected a number that is finite in float32");
      }
    }
    double[] start = new double[Math.toIntExact(particles.size())];
    for (int i = 0; i < start.length; i++) {
      start[i] = mean[i % mean.length];
    }
    try (RandomState random = RandomState.of(backend, settings.seed())) {
      backend.random().normal(random, direction);
    }
    particles.array().upload(start);
    kernels.step(particles.array(), direction, new ParticleStep.Plain(deviation));
    return this;
  }

  /** Takes the steps of the settings. What the step rule remembers stays for another run. */
  public void run() {
    run(1, null);
  }

  /**
   * Takes the steps of the settings and tells how far it has come.
   *
   * @param every steps between two calls, 1 or more; the last step is told in any case
   * @param progress is called; null for nobody
   * @throws NonFiniteParticleException if the settings ask for checks and one fails
   */
  public void run(int every, Progress progress) {
    atLeast("every", every, 1);
    int total = settings.steps();
    for (int i = 1; i <= total; i++) {
      score.score(backend, particles, scores);
      if (settings.checkFinite() > 0 && (i - 1) % settings.checkFinite() == 0) {
        check("the particle", particles.array());
        check("the score", scores);
      }
      kernels.direction(
          particles,
          scores,
          particles,
          settings.kernel(),
          settings.bandwidth(),
          settings.temperature(),
          direction);
      kernels.step(particles.array(), direction, step);
      taken++;
      if (progress != null && (i % every == 0 || i == total)) {
        progress.at(i, total);
      }
    }
    if (settings.checkFinite() > 0) {
      check("the particle", particles.array());
    }
  }

  /**
   * Looks for NaN and ±∞ among the particles and their scores as of now: downloads both. A
   * direction spreads them over their state, so the particle is where they came from only if it is
   * found before the next step; with {@link Settings#checkFinite} = 1 it always is.
   *
   * @throws NonFiniteParticleException if there are any; it names step, state and particle
   */
  public void checkFinite() {
    check("the particle", particles.array());
    score.score(backend, particles, scores);
    check("the score", scores);
  }

  private void check(String what, DeviceArray values) {
    particles
        .findNonFinite(values)
        .ifPresent(where -> {
          throw new NonFiniteParticleException(what, taken, where);
        });
  }

  /** Frees what it has allocated; the particles stay. */
  @Override
  public void close() {
    arrays.forEach(DeviceArray::close);
  }
}
