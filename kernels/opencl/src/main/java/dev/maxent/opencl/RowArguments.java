package dev.maxent.opencl;

import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;

/** The arguments that every kernel on rows of action values starts with: ROW_PARAMETERS. */
final class RowArguments {
  private static final double LOG2_E = 1.4426950408889634;
  private static final int MASK = 1;
  private static final int MASK_PER_ROW = 2;
  private static final int WEIGHTS = 4;
  private static final int WEIGHTS_PER_ROW = 8;
  private static final int ON_DEVICE = 16;
  private static final int PER_ROW = 32;

  private RowArguments() {}

  /** Binds them, from the first. */
  static KernelCall bind(KernelCall call, ActionValues q, Temperature temperature) {
    call.begin()
        .array(q.q())
        .array(q.mask())
        .array(q.logWeights())
        .array(temperature.array())
        .int32(q.heads())
        .int32(q.rows())
        .int32(q.columns())
        .int32(flags(q) | flags(temperature));
    return bindConstant(call, temperature);
  }

  /** The temperature as float4: two floats whose sum is α, log₂ e / α, 1/α. */
  static KernelCall bindConstant(KernelCall call, Temperature temperature) {
    double alpha = temperature.array() == null ? temperature.constant() : 0;
    float high = (float) alpha;
    return call.floats(high, (float) (alpha - high), finite(LOG2_E / alpha), finite(1 / alpha));
  }

  static int flags(Temperature temperature) {
    return (temperature.array() == null ? 0 : ON_DEVICE) | (temperature.isPerRow() ? PER_ROW : 0);
  }

  private static int flags(ActionValues q) {
    int flags = 0;
    if (q.mask() != null) {
      flags |= q.mask().length() == q.columns() ? MASK : MASK | MASK_PER_ROW;
    }
    if (q.logWeights() != null) {
      flags |= q.logWeights().length() == q.columns() ? WEIGHTS : WEIGHTS | WEIGHTS_PER_ROW;
    }
    return flags;
  }

  static boolean weighs(ActionValues q) {
    return q.logWeights() != null;
  }

  private static float finite(double value) {
    return (float) Math.min(value, Float.MAX_VALUE);
  }
}
