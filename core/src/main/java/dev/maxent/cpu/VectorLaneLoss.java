package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Errors, their cost and its slope, with a network in each lane. */
final class VectorLaneLoss {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorLaneLoss() {}

  /** ℓ(e) = ½ e², whose slope is e. */
  static void squared(LaneLoss l) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    long at = 0;
    for (int r = 0; r < l.rows; r++) {
      float weight = l.weightsAt == 0 ? 1 : MEMORY.get(REAL, l.weightsAt + 4L * r);
      float scale = weight * l.share;
      for (int o = 0; o < l.outputs; o++) {
        FloatVector e = load(l.outputsAt + at).sub(load(l.targetsAt + at));
        store(e, l.errorsAt + at);
        store(e.mul(scale), l.deltaAt + at);
        sum = e.mul(half).fma(e.mul(weight), sum);
        at += BYTES;
      }
    }
    store(sum, l.sumsAt);
  }

  /** With s = e clamped to ±limit, which is the slope, ℓ(e) = s (e − ½ s). NaN stays. */
  static void huber(LaneLoss l) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector limit = FloatVector.broadcast(FLOATS, l.limit);
    FloatVector least = limit.neg();
    FloatVector half = FloatVector.broadcast(FLOATS, -0.5f);
    long at = 0;
    for (int r = 0; r < l.rows; r++) {
      float weight = l.weightsAt == 0 ? 1 : MEMORY.get(REAL, l.weightsAt + 4L * r);
      float scale = weight * l.share;
      for (int o = 0; o < l.outputs; o++) {
        FloatVector e = load(l.outputsAt + at).sub(load(l.targetsAt + at));
        store(e, l.errorsAt + at);
        FloatVector s = e.blend(limit, e.compare(VectorOperators.GT, limit));
        s = s.blend(least, e.compare(VectorOperators.LT, least));
        store(s.mul(scale), l.deltaAt + at);
        sum = s.fma(half, e).fma(s.mul(weight), sum);
        at += BYTES;
      }
    }
    store(sum, l.sumsAt);
  }
}
