package dev.maxent.workload;

import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.TargetUpdate;
import java.util.SplittableRandom;

/**
 * What a case of {@link dev.maxent.kernel.NetworkKernels} computes: networks, rows, and how they
 * learn.
 *
 * @param shape the networks
 * @param batch rows
 * @param each whether each network has inputs and targets of its own
 * @param weighted whether rows have weights
 * @param loss ℓ
 * @param adam how a gradient becomes a step
 * @param follow how target networks follow
 * @param taken steps taken before; with none the moments are zeros
 * @param steps how many are taken, each on the next of {@link #BATCHES} batches if several
 * @param fill what inputs and targets look like
 */
record NetworkProblem(
    NetworkShape shape,
    int batch,
    boolean each,
    boolean weighted,
    Loss loss,
    AdamSettings adam,
    TargetUpdate follow,
    int taken,
    int steps,
    Fill fill) {

  /** Batches that several steps take in turns. */
  static final int BATCHES = 4;

  /** What inputs and targets look like. */
  enum Fill {
    /** Standard normal. */
    NORMAL,
    /** Inputs 40 times as large, so that activations saturate. */
    LARGE,
    /** NaN in every third row of the inputs. */
    NAN_ROWS,
    /** NaN among the first network's targets. */
    NAN_TARGET,
    /** An infinity among the last network's targets. */
    INFINITE_TARGET,
    /** NaN among the parameters of the first network. */
    NAN_PARAMETER
  }

  static NetworkProblem of(int batch, int... widths) {
    return new NetworkProblem(
        NetworkShape.of(widths),
        batch,
        false,
        false,
        Loss.squared(),
        AdamSettings.of(1e-3),
        TargetUpdate.none(),
        4,
        1,
        Fill.NORMAL);
  }

  NetworkProblem shape(NetworkShape newShape) {
    return new NetworkProblem(
        newShape, batch, each, weighted, loss, adam, follow, taken, steps, fill);
  }

  NetworkProblem networks(int count) {
    return shape(shape.networks(count));
  }

  NetworkProblem withOwnRows() {
    return new NetworkProblem(shape, batch, true, weighted, loss, adam, follow, taken, steps, fill);
  }

  NetworkProblem withWeights() {
    return new NetworkProblem(shape, batch, each, true, loss, adam, follow, taken, steps, fill);
  }

  NetworkProblem loss(Loss newLoss) {
    return new NetworkProblem(
        shape, batch, each, weighted, newLoss, adam, follow, taken, steps, fill);
  }

  NetworkProblem adam(AdamSettings newAdam) {
    return new NetworkProblem(
        shape, batch, each, weighted, loss, newAdam, follow, taken, steps, fill);
  }

  NetworkProblem follow(TargetUpdate newFollow) {
    return new NetworkProblem(
        shape, batch, each, weighted, loss, adam, newFollow, taken, steps, fill);
  }

  NetworkProblem taken(int newTaken) {
    return new NetworkProblem(
        shape, batch, each, weighted, loss, adam, follow, newTaken, steps, fill);
  }

  NetworkProblem steps(int newSteps) {
    return new NetworkProblem(
        shape, batch, each, weighted, loss, adam, follow, taken, newSteps, fill);
  }

  NetworkProblem fill(Fill newFill) {
    return new NetworkProblem(
        shape, batch, each, weighted, loss, adam, follow, taken, steps, newFill);
  }

  /** For a case's name. */
  String size() {
    return batch + "x" + widths();
  }

  String widths() {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i <= shape.layers(); i++) {
      name.append(i == 0 ? "" : "-").append(shape.width(i));
    }
    return name.toString();
  }

  boolean hasTarget() {
    return !(follow instanceof TargetUpdate.None);
  }

  /** Networks with inputs and targets of their own. */
  int sets() {
    return each ? shape.networks() : 1;
  }

  /** The name of an array that there is one of per batch. */
  static String ofBatch(String name, int index) {
    return index == 0 ? name : name + index;
  }

  int batches() {
    return Math.min(steps, BATCHES);
  }

  Inputs inputs(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int all = Math.toIntExact(shape.allParameters());
    int outputs = batch * shape.outputs();
    float[] parameters = parameters(random);
    Inputs inputs = new Inputs().with("parameters", parameters);
    for (int i = 0; i < batches(); i++) {
      double range = fill == Fill.LARGE ? 40 : 1;
      float[] x = Data.reals(sets() * batch * shape.inputs(), range, random);
      float[] targets = Data.reals(sets() * outputs, 1, random);
      float[] weights = Data.reals(batch, 1, random);
      for (int b = 0; b < batch; b++) {
        weights[b] = 0.5f + Math.abs(weights[b]);
      }
      spoil(x, targets, parameters, random);
      inputs.with(ofBatch("x", i), x).with(ofBatch("targets", i), targets);
      inputs.with(ofBatch("weights", i), weights);
    }
    float[] first = Data.reals(all, 0.01, random);
    float[] second = Data.reals(all, 0.01, random);
    for (int i = 0; i < all; i++) {
      second[i] *= second[i];
    }
    return inputs
        .with("upstream", Data.reals(shape.networks() * outputs, 1, random))
        .with("gradient", Data.reals(all, 0.03, random))
        .with("target", parameters(random))
        .with("firstMoment", taken == 0 ? new float[all] : first)
        .with("secondMoment", taken == 0 ? new float[all] : second)
        .with("step", new int[] {taken})
        .with("nonFinite", new int[1]);
  }

  private void spoil(float[] x, float[] targets, float[] parameters, SplittableRandom random) {
    switch (fill) {
      case NAN_ROWS -> {
        int width = shape.inputs();
        for (int b = 1; b < x.length / width; b += 3) {
          x[b * width + random.nextInt(width)] = Float.NaN;
        }
      }
      case NAN_TARGET -> targets[random.nextInt(targets.length / sets())] = Float.NaN;
      case INFINITE_TARGET -> targets[targets.length - 1] = Float.POSITIVE_INFINITY;
      case NAN_PARAMETER -> parameters[random.nextInt(shape.parameters())] = Float.NaN;
      case NORMAL, LARGE -> {
        // As they are.
      }
    }
  }

  /** Weights of deviation √(2 / inputs), biases and shifts around 0, gains around 1. */
  private float[] parameters(SplittableRandom random) {
    float[] all = new float[Math.toIntExact(shape.allParameters())];
    for (int e = 0; e < shape.networks(); e++) {
      for (int layer = 0; layer < shape.layers(); layer++) {
        int base = e * shape.parameters();
        double deviation = Math.sqrt(2.0 / shape.width(layer));
        fill(all, base + shape.weights(layer), base + shape.bias(layer), 0, deviation, random);
        int end = base + shape.bias(layer) + shape.width(layer + 1);
        fill(all, base + shape.bias(layer), end, 0, 0.1, random);
        if (shape.isNormalised(layer)) {
          fill(all, end, base + shape.shift(layer), 1, 0.1, random);
          int last = base + shape.shift(layer) + shape.width(layer + 1);
          fill(all, base + shape.shift(layer), last, 0, 0.1, random);
        }
      }
    }
    return all;
  }

  private static void fill(
      float[] all, int from, int to, double mean, double deviation, SplittableRandom random) {
    for (int i = from; i < to; i++) {
      all[i] = (float) (mean + deviation * random.nextGaussian());
    }
  }
}
