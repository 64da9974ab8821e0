package dev.maxent.workload;

import static dev.maxent.workload.Tolerance.EPSILON;

import dev.maxent.kernel.NetworkShape;

/**
 * The unit of each result of {@link dev.maxent.kernel.NetworkKernels}: its error by {@link
 * NetworkRounding}, {@link RegressionRounding} and {@link AdamRounding}, measured on first use.
 */
final class NetworkScale {
  /** What is lost where float32 has no smaller numbers. */
  private static final double LEAST = 0x1p-125;

  private final NetworkProblem problem;
  private final NetworkShape shape;
  private final Inputs inputs;
  private final Pass[] forward;
  private final Pass[] backward;
  private final RegressionRounding[] regressions;
  private final AdamRounding[] steps;

  /** Errors of one network's passes. */
  @SuppressWarnings("ArrayRecordComponent") // Three arrays that belong together, nothing more.
  private record Pass(double[] outputs, double[] inputGradient, double[] parameterGradient) {}

  private NetworkScale(Inputs inputs, NetworkProblem problem) {
    this.inputs = inputs;
    this.problem = problem;
    shape = problem.shape();
    forward = new Pass[shape.networks()];
    backward = new Pass[shape.networks()];
    regressions = new RegressionRounding[shape.networks()];
    steps = new AdamRounding[shape.networks()];
  }

  static NetworkScale of(Inputs inputs, NetworkProblem problem) {
    return inputs.derive(NetworkScale.class, in -> new NetworkScale(in, problem));
  }

  double output(int index) {
    int each = problem.batch() * shape.outputs();
    int e = index / each;
    if (forward[e] == null) {
      forward[e] = pass(e, false);
    }
    return unit(forward[e].outputs[index % each]);
  }

  private Pass backward(int e) {
    if (backward[e] == null) {
      backward[e] = pass(e, true);
    }
    return backward[e];
  }

  double inputGradient(int index) {
    int each = problem.batch() * shape.inputs();
    return unit(backward(index / each).inputGradient[index % each]);
  }

  double parameterGradient(int index) {
    return unit(backward(index / shape.parameters()).parameterGradient[rest(index)]);
  }

  private RegressionRounding regression(int e) {
    if (regressions[e] == null) {
      double[] parameters = part("parameters", e, shape.parameters());
      regressions[e] = new RegressionRounding(problem, inputs, e, 0, parameters);
    }
    return regressions[e];
  }

  double error(int index) {
    int each = problem.batch() * shape.outputs();
    return unit(regression(index / each).errors[index % each]);
  }

  double loss(int e) {
    return unit(regression(e).loss);
  }

  /** The step of one network, along the gradient of its loss or along the input of that name. */
  private AdamRounding step(int e, boolean whole) {
    if (steps[e] == null) {
      int n = shape.parameters();
      double[] g = whole ? regression(e).gradient : part("gradient", e, n);
      double[] eg = whole ? regression(e).gradientErrors : new double[n];
      double[] m = part("firstMoment", e, n);
      double[] v = part("secondMoment", e, n);
      double[] target = part("target", e, n);
      int taken = inputs.ints("step")[0];
      double[] theta = part("parameters", e, n);
      steps[e] = new AdamRounding(problem, taken, g, eg, theta, m, v, target);
    }
    return steps[e];
  }

  double norm(int e, boolean whole) {
    return unit(step(e, whole).normError);
  }

  /** Of which moved array. */
  interface Moved {
    double[] of(AdamRounding adam);
  }

  /** A network whose step is not finite does not move. */
  double moved(int index, boolean whole, Moved what) {
    int e = index / shape.parameters();
    AdamRounding adam = step(e, whole);
    boolean still = !problem.adam().takes(adam.norm) || (whole && !regression(e).isFinite);
    return still ? Tolerance.NONE : unit(what.of(adam)[rest(index)]);
  }

  private int rest(int index) {
    return index % shape.parameters();
  }

  private static double unit(double error) {
    return EPSILON * error + LEAST;
  }

  private double[] part(String name, int index, int length) {
    float[] values = inputs.reals(name);
    double[] part = new double[length];
    for (int i = 0; i < length; i++) {
      part[i] = values[index * length + i];
    }
    return part;
  }

  private Pass pass(int e, boolean back) {
    double[] outputs = new double[problem.batch() * shape.outputs()];
    double[] inputGradient = new double[back ? problem.batch() * shape.inputs() : 0];
    NetworkRounding rounding =
        new NetworkRounding(shape, part("parameters", e, shape.parameters()));
    for (int b = 0; b < problem.batch(); b++) {
      int set = problem.each() ? e : 0;
      rounding.forward(part("x", set * problem.batch() + b, shape.inputs()));
      put(rounding.outputErrors(), outputs, b);
      if (back) {
        double[] upstream = part("upstream", e * problem.batch() + b, shape.outputs());
        double[] errors = new double[shape.inputs()];
        double[] exact = new double[upstream.length];
        rounding.backward(upstream, exact, new double[errors.length], errors);
        put(errors, inputGradient, b);
      }
    }
    return new Pass(outputs, inputGradient, rounding.gradientErrors());
  }

  private static void put(double[] values, double[] all, int index) {
    System.arraycopy(values, 0, all, index * values.length, values.length);
  }
}
