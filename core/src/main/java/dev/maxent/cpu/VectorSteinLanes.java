package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The Stein direction of small states with the RBF kernel, a state to each lane. Every number is
 * computed by the same operations in the same order as in {@link VectorStein}.
 */
final class VectorSteinLanes {
  private VectorSteinLanes() {}

  /** The largest bits of each lane, without their sign, and of all. */
  static void largest(SteinLanes b) {
    IntVector most = IntVector.zero(INTS);
    IntVector most1 = most;
    IntVector most2 = most;
    IntVector most3 = most;
    long at = b.rowsAt;
    long end = at + b.n * (b.d * BYTES);
    for (; at + 4 * BYTES <= end; at += 4 * BYTES) {
      most = most.max(loadInts(at).and(Integer.MAX_VALUE));
      most1 = most1.max(loadInts(at + BYTES).and(Integer.MAX_VALUE));
      most2 = most2.max(loadInts(at + 2 * BYTES).and(Integer.MAX_VALUE));
      most3 = most3.max(loadInts(at + 3 * BYTES).and(Integer.MAX_VALUE));
    }
    for (; at < end; at += BYTES) {
      most = most.max(loadInts(at).and(Integer.MAX_VALUE));
    }
    most = most.max(most1).max(most2.max(most3));
    store(most, b.largestAt);
    b.most = most.reduceLanes(VectorOperators.MAX);
  }

  /**
   * Squared distances of all pairs, four coordinates at a time: the inner loops run over particles,
   * of which there are more.
   */
  static void squares(SteinLanes b) {
    long particle = b.d * BYTES;
    long last = b.particlesAt + b.n * particle;
    long own = b.particlesAt;
    long row = b.squaresAt;
    for (int i = 1; i < b.n; i++) {
      int k = 0;
      for (; k + 4 <= b.d; k += 4) {
        long at = own + k * BYTES;
        FloatVector y0 = load(at);
        FloatVector y1 = load(at + BYTES);
        FloatVector y2 = load(at + 2 * BYTES);
        FloatVector y3 = load(at + 3 * BYTES);
        long to = row;
        for (long x = at + particle; x < last; x += particle) {
          FloatVector sum = k == 0 ? FloatVector.zero(FLOATS) : load(to);
          FloatVector delta = load(x).sub(y0);
          sum = delta.fma(delta, sum);
          delta = load(x + BYTES).sub(y1);
          sum = delta.fma(delta, sum);
          delta = load(x + 2 * BYTES).sub(y2);
          sum = delta.fma(delta, sum);
          delta = load(x + 3 * BYTES).sub(y3);
          store(delta.fma(delta, sum), to);
          to += BYTES;
        }
      }
      for (; k < b.d; k++) {
        long at = own + k * BYTES;
        FloatVector y = load(at);
        long to = row;
        for (long x = at + particle; x < last; x += particle) {
          FloatVector delta = load(x).sub(y);
          store(k == 0 ? delta.mul(delta) : delta.fma(delta, load(to)), to);
          to += BYTES;
        }
      }
      own += particle;
      row += (b.n - i) * BYTES;
    }
  }

  /** The kernel matrix, both halves and the diagonal. */
  static void kernels(SteinLanes b) {
    FloatVector scale = load(b.scaleAt);
    FloatVector limit = load(b.limitAt);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    long row = b.n * BYTES;
    long from = b.squaresAt;
    for (int i = 0; i < b.n; i++) {
      long own = b.kernelsAt + i * (row + BYTES);
      long end = b.kernelsAt + (i + 1) * row;
      store(one, own);
      long down = own + row;
      for (long at = own + BYTES; at < end; at += BYTES) {
        FloatVector k = VectorStein.kernel(load(from), limit, scale);
        store(k, at);
        store(k, down);
        from += BYTES;
        down += row;
      }
    }
  }

  /** φ = Σ k (s + slope δ) / n of four targets at a time, as far as there are four. */
  static void sumsOfFour(SteinLanes b) {
    FloatVector slope = load(b.slopeAt);
    FloatVector share = FloatVector.broadcast(FLOATS, 1f / b.n);
    long particle = b.d * BYTES;
    long row = b.n * BYTES;
    long toScore = b.scoresAt - b.particlesAt;
    long toSum = b.sumsAt - b.particlesAt;
    long kernels = b.kernelsAt;
    long end = b.particlesAt + b.n * particle;
    for (long own = b.particlesAt; own + 4 * particle <= end; own += 4 * particle) {
      for (long k = 0; k < particle; k += BYTES) {
        FloatVector y0 = load(own + k);
        FloatVector y1 = load(own + particle + k);
        FloatVector y2 = load(own + 2 * particle + k);
        FloatVector y3 = load(own + 3 * particle + k);
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        long at = kernels;
        for (long other = b.particlesAt + k; other < end; other += particle) {
          FloatVector x = load(other);
          FloatVector s = load(other + toScore);
          a0 = x.sub(y0).fma(slope, s).fma(load(at), a0);
          a1 = x.sub(y1).fma(slope, s).fma(load(at + row), a1);
          a2 = x.sub(y2).fma(slope, s).fma(load(at + 2 * row), a2);
          a3 = x.sub(y3).fma(slope, s).fma(load(at + 3 * row), a3);
          at += BYTES;
        }
        store(a0.mul(share), own + k + toSum);
        store(a1.mul(share), own + particle + k + toSum);
        store(a2.mul(share), own + 2 * particle + k + toSum);
        store(a3.mul(share), own + 3 * particle + k + toSum);
      }
      kernels += 4 * row;
    }
  }

  /** The same of each target that is left. */
  static void sumsOfOne(SteinLanes b) {
    FloatVector slope = load(b.slopeAt);
    FloatVector share = FloatVector.broadcast(FLOATS, 1f / b.n);
    long particle = b.d * BYTES;
    long toScore = b.scoresAt - b.particlesAt;
    long toSum = b.sumsAt - b.particlesAt;
    long end = b.particlesAt + b.n * particle;
    for (int i = b.n & -4; i < b.n; i++) {
      long own = b.particlesAt + i * particle;
      for (long k = 0; k < particle; k += BYTES) {
        FloatVector y = load(own + k);
        FloatVector a = FloatVector.zero(FLOATS);
        long at = b.kernelsAt + i * (b.n * BYTES);
        for (long other = b.particlesAt + k; other < end; other += particle) {
          FloatVector s = load(other + toScore);
          a = load(other).sub(y).fma(slope, s).fma(load(at), a);
          at += BYTES;
        }
        store(a.mul(share), own + k + toSum);
      }
    }
  }
}
