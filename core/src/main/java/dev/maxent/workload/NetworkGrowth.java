package dev.maxent.workload;

import dev.maxent.kernel.NetworkShape;
import dev.maxent.reference.AdamStep;
import dev.maxent.reference.Regression;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How far many steps of one network may be apart from the exact ones: how errors of one step grow
 * over the next depends on the problem, so it is measured. The steps are taken in float64 several
 * times, with normal errors of the size of {@link RegressionRounding} added to each gradient and of
 * one rounding to parameters and moments, and once without. A backend is one more such run. The
 * unit of an element is the largest difference seen there plus the root mean square over all
 * elements, as a few runs may miss what one element is sensitive to.
 */
final class NetworkGrowth {
  private static final int RUNS = 8;

  private final NetworkProblem problem;
  private final NetworkShape shape;
  private final Inputs inputs;
  private final State exact;
  private final State units;

  /** What a step updates, and the last loss. */
  @SuppressWarnings("ArrayRecordComponent") // Five arrays that belong together, nothing more.
  private record State(double[] theta, double[] m, double[] v, double[] target, double[] loss) {
    double[][] all() {
      return new double[][] {theta, m, v, target, loss};
    }
  }

  private NetworkGrowth(Inputs inputs, NetworkProblem problem) {
    this.inputs = inputs;
    this.problem = problem;
    shape = problem.shape();
    exact = run(null);
    units = start();
    for (double[] part : units.all()) {
      Arrays.fill(part, 0);
    }
    double[] squares = new double[units.all().length];
    for (int run = 0; run < RUNS; run++) {
      double[][] other = run(new SplittableRandom(run)).all();
      for (int a = 0; a < other.length; a++) {
        for (int i = 0; i < other[a].length; i++) {
          double difference = Math.abs(other[a][i] - exact.all()[a][i]);
          units.all()[a][i] = Math.max(units.all()[a][i], difference);
          squares[a] += difference * difference / RUNS / other[a].length;
        }
      }
    }
    for (int a = 0; a < squares.length; a++) {
      double[] part = units.all()[a];
      for (int i = 0; i < part.length; i++) {
        part[i] += Math.sqrt(squares[a]);
      }
    }
  }

  static NetworkGrowth of(Inputs inputs, NetworkProblem problem) {
    if (problem.shape().networks() != 1) {
      throw new IllegalArgumentException(problem.shape() + ": expected one network");
    }
    return inputs.derive(NetworkGrowth.class, in -> new NetworkGrowth(in, problem));
  }

  double parameters(int index) {
    return units.theta[index];
  }

  double firstMoment(int index) {
    return units.m[index];
  }

  double secondMoment(int index) {
    return units.v[index];
  }

  double target(int index) {
    return units.target[index];
  }

  double loss(int index) {
    return units.loss[index];
  }

  private double[] copy(String name) {
    float[] values = inputs.reals(name);
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  private State start() {
    return new State(
        copy("parameters"),
        copy("firstMoment"),
        copy("secondMoment"),
        copy("target"),
        new double[1]);
  }

  private State run(SplittableRandom random) {
    State state = start();
    for (int i = 0; i < problem.steps(); i++) {
      int turn = i % NetworkProblem.BATCHES;
      double[] gradient;
      if (random == null) {
        Regression regression = regression(state.theta, turn);
        gradient = regression.gradient();
        state.loss[0] = regression.loss();
      } else {
        RegressionRounding rounding = new RegressionRounding(problem, inputs, 0, turn, state.theta);
        gradient = rounding.gradient;
        disturb(gradient, rounding.gradientErrors, random);
        double off = rounding.loss * Tolerance.EPSILON * random.nextGaussian();
        state.loss[0] = regression(state.theta, turn).loss() + off;
      }
      AdamStep step = new AdamStep(problem.adam(), problem.taken() + i);
      step.move(state.theta, gradient, state.m, state.v);
      if (random != null) {
        disturb(state.theta, state.theta, random);
        disturb(state.m, state.m, random);
        disturb(state.v, state.v, random);
      }
      step.follow(problem.follow(), state.theta, state.target);
      if (random != null) {
        disturb(state.target, state.target, random);
      }
    }
    return state;
  }

  private Regression regression(double[] theta, int turn) {
    double[] x = copy(NetworkProblem.ofBatch("x", turn));
    double[][] rows = new double[problem.batch()][];
    for (int b = 0; b < rows.length; b++) {
      rows[b] = Arrays.copyOfRange(x, b * shape.inputs(), (b + 1) * shape.inputs());
    }
    double[] weights = problem.weighted() ? copy(NetworkProblem.ofBatch("weights", turn)) : null;
    double[] targets = copy(NetworkProblem.ofBatch("targets", turn));
    return new Regression(shape, theta, rows, targets, weights, problem.loss());
  }

  private static void disturb(double[] values, double[] sizes, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] += sizes[i] * Tolerance.EPSILON * random.nextGaussian();
    }
  }
}
