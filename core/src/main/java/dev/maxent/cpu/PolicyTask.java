package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.SoftRow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The Boltzmann policy with any subset of its outputs, and the gradient, which is a scaled one. */
final class PolicyTask extends SoftTask {
  /** Where results go, null where they are not wanted; probabilities take the gradient too. */
  private HostArray probabilities;

  private HostArray logProbabilities;
  private HostArray value;
  private HostArray entropy;
  private HostArray expectedQ;
  private HostArray upstream;

  PolicyTask(CpuEngine engine) {
    super(engine);
  }

  void policy(ActionValues newQ, Temperature temperature, PolicyOutputs outputs) {
    logProbabilities = (HostArray) outputs.logProbabilities();
    value = (HostArray) outputs.value();
    entropy = (HostArray) outputs.entropy();
    expectedQ = (HostArray) outputs.expectedQ();
    run(newQ, temperature, outputs.probabilities());
  }

  void gradient(
      ActionValues newQ, Temperature temperature, DeviceArray newUpstream, DeviceArray gradient) {
    upstream = (HostArray) newUpstream;
    run(newQ, temperature, gradient);
  }

  private void run(ActionValues newQ, Temperature temperature, DeviceArray newProbabilities) {
    probabilities = (HostArray) newProbabilities;
    try {
      launch(newQ, temperature);
    } finally {
      probabilities = null;
      logProbabilities = null;
      value = null;
      entropy = null;
      expectedQ = null;
      upstream = null;
    }
  }

  /** Probabilities alone are stored as rows pass by, and need not stay cached beside them. */
  @Override
  int arrays() {
    return logProbabilities == null ? 1 : 2;
  }

  @Override
  boolean storesOnce() {
    return probabilities != null && logProbabilities == null && loops.storesOnce(q.columns());
  }

  /** The exponent of weighted logits is not Q's alone. */
  @Override
  boolean keepsRows() {
    return expectedQ != null && q.logWeights() != null;
  }

  @Override
  void process(Block b, MemorySegment rows, long rowsAt, long first, int worker) {
    int columns = q.columns();
    long outAt = first * columns * Float.BYTES;
    boolean wide = isWide(columns);
    boolean plain = probabilities != null && !wide && q.logWeights() == null;
    long at = plain ? rowsAt : maximum(b, rows, rowsAt, worker);
    if (plain) {
      numerators(b, first);
      loops.maximumAndStoreShares(rows, at, columns, b, probabilities.segment(), outAt);
    } else if (probabilities != null && !wide) {
      numerators(b, first);
      loops.storeShares(rows, at, columns, b, probabilities.segment(), outAt);
    } else {
      boolean weighted = entropy != null || expectedQ != null;
      sum(b, rows, at, weighted, worker);
    }
    loops.logarithm(b);
    perRow(b, first);
    if (probabilities != null && wide) {
      numerators(b, first);
      for (int r = 0; r < b.rows; r++) {
        b.factor[r] /= b.sum[r];
      }
      loops.storeExp(rows, at, columns, b, probabilities.segment(), outAt);
    }
    if (logProbabilities != null) {
      if (q.logWeights() != null) {
        Arrays.fill(b.factor, 0, b.rows, 1f);
      } else {
        b.invert();
      }
      loops.storeLog(rows, at, columns, b, logProbabilities.segment(), outAt);
    }
    specials(b, first, worker);
  }

  /** block.factor ← ∂L/∂V, or 1 for probabilities. */
  private void numerators(Block b, long first) {
    if (upstream == null) {
      Arrays.fill(b.factor, 0, b.rows, 1f);
    } else {
      MemorySegment.copy(
          upstream.segment(), ValueLayout.JAVA_FLOAT, first * Float.BYTES, b.factor, 0, b.rows);
    }
  }

  private void perRow(Block b, long first) {
    if (value != null) {
      values(b);
      put(b, value, first);
    }
    if (entropy != null) {
      loops.entropies(b);
      put(b, entropy, first);
    }
    if (expectedQ != null) {
      if (q.logWeights() == null) {
        expectations(b);
      } else if (isWide(q.columns())) {
        Arrays.fill(b.special, 0, b.rows, true);
        b.ordinary = false;
      } else {
        loops.staging().sumProducts(b.staged);
        weightedExpectations(b);
      }
      put(b, expectedQ, first);
    }
  }

  /** E[Q] = m + Σ π (Q − m). */
  private static void weightedExpectations(Block b) {
    float[] value = b.value;
    float[] weighted = b.weighted;
    float[] factor = b.factor;
    float[] base = b.base;
    int rows = b.rows;
    b.ordinary = false;
    for (int r = 0; r < rows; r++) {
      value[r] = (float) Math.fma((double) weighted[r], factor[r], base[r]);
      // Q − m of a column that hardly counts may have overflowed.
      b.special[r] |= !(Math.abs(weighted[r]) <= Float.MAX_VALUE);
    }
  }

  /** E[Q] = m + α Σ π x. */
  private static void expectations(Block b) {
    float[] value = b.value;
    double[] alpha = b.alpha;
    float[] max = b.max;
    float[] weighted = b.weighted;
    float[] factor = b.factor;
    int rows = b.rows;
    for (int r = 0; r < rows; r++) {
      value[r] = (float) Math.fma(alpha[r], Block.LN2 * weighted[r] * factor[r], max[r]);
    }
  }

  private static void put(Block b, HostArray output, long first) {
    MemorySegment.copy(
        b.value, 0, output.segment(), ValueLayout.JAVA_FLOAT, first * Float.BYTES, b.rows);
  }

  @Override
  void special(SoftRow row, long i) {
    set(value, i, row.value());
    set(entropy, i, row.entropy());
    set(expectedQ, i, row.expectedQ());
    long at = i * q.columns();
    for (int k = 0; k < q.columns(); k++) {
      double p = upstream == null ? row.probability(k) : row.derivative(k) * upstream.real(i);
      set(probabilities, at + k, p);
      set(logProbabilities, at + k, row.logProbability(k));
    }
  }

  private static void set(HostArray output, long i, double real) {
    if (output != null) {
      output.setReal(i, real);
    }
  }
}
