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
  private PolicyOutputs outputs;
  private HostArray upstream;

  PolicyTask(CpuEngine engine) {
    super(engine);
  }

  void policy(ActionValues newQ, Temperature temperature, PolicyOutputs newOutputs) {
    outputs = newOutputs;
    try {
      launch(newQ, temperature);
    } finally {
      outputs = null;
    }
  }

  /** outputs.probabilities is where the gradient goes. */
  void gradient(
      ActionValues newQ, Temperature temperature, DeviceArray newUpstream, PolicyOutputs into) {
    upstream = (HostArray) newUpstream;
    try {
      policy(newQ, temperature, into);
    } finally {
      upstream = null;
    }
  }

  @Override
  int arrays() {
    return outputs.probabilities() == null && outputs.logProbabilities() == null ? 1 : 2;
  }

  @Override
  void process(Block b, MemorySegment rows, long at, long first, int worker) {
    maximum(b, rows, at, first, worker);
    long outAt = first * q.columns() * Float.BYTES;
    boolean storeNow = outputs.probabilities() != null && !isWide(q.columns());
    if (storeNow) {
      loops.storeSumExp(rows, at, q.columns(), b, segment(outputs.probabilities()), outAt);
    } else {
      boolean weighted = outputs.entropy() != null || outputs.expectedQ() != null;
      sum(b, rows, at, weighted, worker);
    }
    loops.logarithm(b);
    if (outputs.probabilities() != null) {
      for (int r = 0; r < b.rows; r++) {
        b.factor[r] = upstreamOf(first + r) / b.sum[r];
      }
      MemorySegment out = segment(outputs.probabilities());
      if (storeNow) {
        loops.multiply(out, outAt, q.columns(), b);
      } else {
        loops.storeExp(rows, at, q.columns(), b, out, outAt);
      }
    }
    if (outputs.logProbabilities() != null) {
      if (q.logWeights() != null) {
        Arrays.fill(b.factor, 0, b.rows, 1f);
      } else {
        for (int r = 0; r < b.rows; r++) {
          b.factor[r] = b.inverse(r);
        }
      }
      MemorySegment out = segment(outputs.logProbabilities());
      loops.storeLog(rows, at, q.columns(), b, out, outAt);
    }
    perRow(b, first);
    specials(b, first, worker);
  }

  private float upstreamOf(long i) {
    return upstream == null ? 1f : (float) upstream.real(i);
  }

  private void perRow(Block b, long first) {
    if (outputs.value() != null) {
      values(b);
      put(b, outputs.value(), first);
    }
    if (outputs.entropy() != null) {
      for (int r = 0; r < b.rows; r++) {
        b.value[r] = (float) (b.log[r] - meanExponent(b, r));
      }
      put(b, outputs.entropy(), first);
    }
    if (outputs.expectedQ() != null) {
      for (int r = 0; r < b.rows; r++) {
        b.value[r] = (float) Math.fma(b.alpha[r], meanExponent(b, r), b.max[r]);
        // With log-weights the exponent is not Q's alone.
        b.special[r] |= q.logWeights() != null;
      }
      put(b, outputs.expectedQ(), first);
    }
  }

  /** Σ π x in nats. */
  private static double meanExponent(Block b, int r) {
    return Block.LN2 * b.weighted[r] / b.sum[r];
  }

  private static void put(Block b, DeviceArray output, long first) {
    MemorySegment.copy(
        b.value, 0, segment(output), ValueLayout.JAVA_FLOAT, first * Float.BYTES, b.rows);
  }

  @Override
  void special(SoftRow row, long i) {
    set(outputs.value(), i, row.value());
    set(outputs.entropy(), i, row.entropy());
    set(outputs.expectedQ(), i, row.expectedQ());
    long at = i * q.columns();
    for (int k = 0; k < q.columns(); k++) {
      double p = upstream == null ? row.probability(k) : row.derivative(k) * upstream.real(i);
      set(outputs.probabilities(), at + k, p);
      set(outputs.logProbabilities(), at + k, row.logProbability(k));
    }
  }

  private static void set(DeviceArray output, long i, double value) {
    if (output != null) {
      ((HostArray) output).setReal(i, value);
    }
  }
}
