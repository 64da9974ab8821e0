package dev.maxent.workload;

import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.SteinKernel;
import java.util.SplittableRandom;

/**
 * The inputs of a case of SVGD.
 *
 * @param states sets of particles
 * @param n source particles of each
 * @param m target particles of each; 0 if they are the source
 * @param d coordinates
 * @param kernel k
 * @param rule of the bandwidth, or null for numbers
 * @param h the bandwidth where there is no rule; NaN for one per state on the device; with a rule
 *     what {@link Bandwidth.Rule#NUMPYRO} adds
 * @param kind where α lives
 * @param alpha α, in turns where there is one per state
 * @param fill what the particles look like
 */
record SteinShape(
    int states,
    int n,
    int m,
    int d,
    SteinKernel kernel,
    Bandwidth.Rule rule,
    double h,
    SoftShape.Kind kind,
    float alpha,
    Fill fill) {

  /** What particles look like. */
  enum Fill {
    /** Normal with deviation 1 around a centre of the state's own, scores towards it. */
    CLOUD,
    /** The same with deviation 0.01, far from the origin. */
    FAR,
    /** Equal particles in every other state. */
    IDENTICAL,
    /** NaN, infinities and huge numbers among particles or scores of most states. */
    SPECIALS,
    /** Whole numbers, so that many distances are equal. */
    TIES
  }

  static SteinShape of(int states, int n, int m, int d) {
    return new SteinShape(
        states,
        n,
        m,
        d,
        SteinKernel.rbf(),
        Bandwidth.Rule.LIU_WANG,
        0,
        SoftShape.Kind.CONSTANT,
        1,
        Fill.CLOUD);
  }

  SteinShape kernel(SteinKernel newKernel, double newH) {
    return new SteinShape(states, n, m, d, newKernel, null, newH, kind, alpha, fill);
  }

  SteinShape rule(Bandwidth.Rule newRule) {
    return new SteinShape(states, n, m, d, kernel, newRule, 0, kind, alpha, fill);
  }

  SteinShape numPyro(double epsilon) {
    Bandwidth.Rule newRule = Bandwidth.Rule.NUMPYRO;
    return new SteinShape(states, n, m, d, kernel, newRule, epsilon, kind, alpha, fill);
  }

  SteinShape alpha(SoftShape.Kind newKind, float newAlpha) {
    return new SteinShape(states, n, m, d, kernel, rule, h, newKind, newAlpha, fill);
  }

  SteinShape fill(Fill newFill) {
    return new SteinShape(states, n, m, d, kernel, rule, h, kind, alpha, newFill);
  }

  /** The bandwidth by a rule. */
  Bandwidth ruled() {
    return rule == Bandwidth.Rule.NUMPYRO ? Bandwidth.numPyro(h) : Bandwidth.of(rule);
  }

  /** Target particles. */
  int targets() {
    return m == 0 ? n : m;
  }

  /** For a case's name. */
  String size() {
    return states + "x" + n + (m == 0 ? "" : "to" + m) + "x" + d;
  }

  long pairs() {
    return (long) states * n * targets();
  }

  Inputs inputs(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double spread = fill == Fill.FAR ? 0.01 : 1;
    float[] x = new float[states * n * d];
    float[] score = new float[x.length];
    float[] y = new float[states * m * d];
    for (int b = 0; b < states; b++) {
      double centre = fill == Fill.FAR ? 1000 + b : random.nextGaussian();
      for (int i = b * n * d; i < (b + 1) * n * d; i++) {
        double z = random.nextGaussian();
        x[i] = place(b, i - b * n * d, centre, spread * z, x, i);
        score[i] = (float) (-z + 0.1 * random.nextGaussian());
      }
      for (int i = b * m * d; i < (b + 1) * m * d; i++) {
        y[i] = place(b, i - b * m * d, centre, spread * random.nextGaussian(), y, i);
      }
      if (fill == Fill.SPECIALS) {
        spoil(b, x, score, y, random);
      }
    }
    float[] alphas = new float[kind == SoftShape.Kind.PER_ROW ? states : 1];
    float[] turns = {alpha, 0, 0.1f, -1, 7, Float.NaN};
    for (int i = 0; i < alphas.length; i++) {
      alphas[i] = turns[i % turns.length];
    }
    Inputs inputs = new Inputs().with("x", x).with("score", score);
    if (m > 0) {
      inputs.with("y", y);
    }
    if (Double.isNaN(h)) {
      float[] widths = new float[states];
      float[] some = {1, 0.1f, 30, 0, 1e-3f, Float.NaN, 1e3f, -1, Float.POSITIVE_INFINITY};
      for (int i = 0; i < states; i++) {
        widths[i] = some[i % some.length];
      }
      inputs.with("bandwidth", widths);
    }
    return switch (kind) {
      case CONSTANT -> inputs.with("alpha", (double) alpha);
      case DEVICE -> inputs.with("alphaOnDevice", alphas);
      case PER_ROW -> inputs.with("alphaPerRow", alphas);
    };
  }

  private float place(int state, int index, double centre, double offset, float[] all, int at) {
    if (fill == Fill.IDENTICAL && state % 2 == 0 && index >= d) {
      return all[at - d];
    }
    return (float) (fill == Fill.TIES ? Math.rint(2 * offset) : centre + offset);
  }

  private void spoil(int b, float[] x, float[] score, float[] y, SplittableRandom random) {
    float[] kinds = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e20f, 1e30f};
    float[][] arrays = {x, score, y};
    float[] array = arrays[b / kinds.length % (m == 0 ? 2 : 3)];
    int size = array.length / states;
    if (b % 7 != 6) {
      array[b * size + random.nextInt(size)] = kinds[b % kinds.length];
    }
  }
}
