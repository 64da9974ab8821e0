package dev.maxent.benchmarks;

import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.QNetwork;

/**
 * One soft Bellman backup of a network over transitions: y = r + γ (1 − terminated) V(s') with
 * V(s') = α log ∫ exp(Q(s', a) / α) da, estimated by K actions drawn uniformly from the box of
 * those seen: α (log Σ exp(Q / α) − log K + log volume). Source: Haarnoja et al. 2017, arXiv
 * 1702.08165, equation 10.
 */
final class OneStepTargets {
  /** Rows at a time, and numbers of them: keeps memory small whatever the file has. */
  private static final int CHUNK = 1024;

  private static final int MOST_NUMBERS = 1 << 20;

  private final QNetwork network;
  private final Transitions data;
  private final double gamma;
  private final double temperature;
  private final int samples;
  private final double[] low;
  private final double[] range;
  private double logVolume;

  /** For a network that takes observations and actions in their own units. */
  OneStepTargets(
      QNetwork network, Transitions data, double gamma, double temperature, int samples) {
    this.network = network;
    this.data = data;
    this.gamma = gamma;
    this.temperature = temperature;
    this.samples = samples;
    int width = data.actions().width();
    low = new double[width];
    range = new double[width];
    for (int c = 0; c < width; c++) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = c; i < data.actions().values().length; i += width) {
        least = Math.min(least, data.actions().values()[i]);
        most = Math.max(most, data.actions().values()[i]);
      }
      low[c] = least;
      range[c] = most - least;
      // An action that never changes is one point, which weighs 1.
      logVolume += most > least ? Math.log(range[c]) : 0;
    }
  }

  /** The targets of all rows; refuses those that are not finite in float32. */
  float[] of(long seed) {
    float[] targets = new float[data.rows()];
    Backend backend = network.backend();
    int width = data.observations().width() + data.actions().width();
    int chunk = (int) Math.max(1, Math.min(CHUNK, MOST_NUMBERS / ((long) samples * width)));
    int most = Math.min(chunk, data.rows());
    try (RandomState random = RandomState.of(backend, seed);
        DeviceArray draws =
            backend.allocate(REAL, (long) most * samples * data.actions().width())) {
      for (int from = 0; from < targets.length; from += most) {
        int count = Math.min(most, targets.length - from);
        backend.random().uniform(random, draws);
        float[] values = values(backend, inputs(from, count, draws.toFloats(), width), count);
        for (int i = 0; i < count; i++) {
          int row = from + i;
          double next = data.terminated()[row] ? 0 : gamma * (values[i] + constant());
          targets[row] = (float) (data.rewards()[row] + next);
          if (!Float.isFinite(targets[row])) {
            throw new InputException(
                "the one-step target of row %d is %s, from Q of the first fit and --temperature %s:"
                        .formatted(row + 1, targets[row], temperature)
                    + " expected a finite number; try a smaller --learning-rate or --temperature");
          }
        }
      }
    }
    return targets;
  }

  private double constant() {
    return temperature * (logVolume - Math.log(samples));
  }

  private float[] inputs(int from, int count, float[] draws, int width) {
    int s = data.observations().width();
    float[] x = new float[count * samples * width];
    int draw = 0;
    for (int i = 0; i < count * samples; i++) {
      int row = from + i / samples;
      System.arraycopy(data.nextObservations().values(), row * s, x, i * width, s);
      for (int c = 0; c < width - s; c++) {
        x[i * width + s + c] = (float) (low[c] + range[c] * draws[draw++]);
      }
    }
    return x;
  }

  private float[] values(Backend backend, float[] inputs, int count) {
    int rows = count * samples;
    try (DeviceArray x = backend.real(inputs);
        DeviceArray q = backend.allocate(REAL, rows);
        DeviceArray value = backend.allocate(REAL, count)) {
      backend.network().forward(network.network(), NetworkInputs.shared(x, rows), q);
      backend
          .softValue()
          .logSumExp(ActionValues.of(q, count, samples), Temperature.of(temperature), value);
      return value.toFloats();
    }
  }
}
