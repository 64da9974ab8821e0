package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.spread;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/** Loops of SVGD on one vector of targets and one source at a time: other kernels, discrepancy. */
final class VectorSteinKernels {
  private VectorSteinKernels() {}

  /** growths ← 1 + r² · grow of the values, values ← its logarithm. */
  static void growths(SteinBlock b) {
    FloatVector grow = FloatVector.broadcast(FLOATS, b.grow);
    long toGrowth = b.growthAt - b.kernelAt;
    long end = b.kernelAt + b.kernels * BYTES;
    for (long at = b.kernelAt; at < end; at += BYTES) {
      FloatVector w = load(at).fma(grow, FloatVector.broadcast(FLOATS, 1f));
      store(w, at + toGrowth);
      store(VectorMath.log(w), at);
    }
  }

  /** Sums of the direction with the inverse multiquadric, whose kernels and growths are there. */
  static void imq(SteinBlock b) {
    FloatVector factor = FloatVector.broadcast(FLOATS, b.factor);
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toSum = b.sumAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    for (int j = 0; j < b.sources; j++) {
      FloatVector k = load(b.kernelAt + j * BYTES).mul(factor);
      FloatVector gradient = k.div(load(b.growthAt + j * BYTES)).mul(slope);
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector sum = k.fma(spread(p + toScore), load(at + toSum));
        store(spread(p).sub(load(at)).fma(gradient, sum), at + toSum);
        p += 4;
      }
    }
  }

  /** Sums of (x·y + 1) s. */
  static void linear(SteinBlock b) {
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toSum = b.sumAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    for (int j = 0; j < b.sources; j++) {
      FloatVector k = FloatVector.broadcast(FLOATS, 1f);
      long q = p;
      for (long at = b.tileAt; at < end; at += step) {
        k = spread(q).fma(load(at), k);
        q += 4;
      }
      for (long at = b.tileAt; at < end; at += step) {
        store(k.fma(spread(p + toScore), load(at + toSum)), at + toSum);
        p += 4;
      }
    }
  }

  /** sums += u with RBF or inverse multiquadric, whose kernels and growths are there. */
  static void discrepancy(SteinBlock b) {
    boolean rbf = b.kind == SteinBlock.RBF;
    FloatVector factor = FloatVector.broadcast(FLOATS, b.factor);
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    FloatVector curve = FloatVector.broadcast(FLOATS, b.curve);
    FloatVector dimensions = FloatVector.broadcast(FLOATS, (float) b.d);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toTileScore = b.tileScoreAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    FloatVector total = load(b.sumAt);
    for (int j = 0; j < b.sources; j++) {
      FloatVector square = FloatVector.zero(FLOATS);
      FloatVector across = dimensions;
      FloatVector scores = square;
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector delta = spread(p).sub(load(at));
        FloatVector s = spread(p + toScore);
        FloatVector t = load(at + toTileScore);
        square = delta.fma(delta, square);
        across = delta.fma(s.sub(t), across);
        scores = s.fma(t, scores);
        p += 4;
      }
      FloatVector share = rbf ? one : one.div(load(b.growthAt + j * BYTES));
      FloatVector k = load(b.kernelAt + j * BYTES).mul(factor);
      FloatVector u = scores.sub(across.mul(slope).mul(share));
      total = u.sub(square.mul(curve).mul(share).mul(share)).fma(k, total);
    }
    store(total, b.sumAt);
  }

  /** sums += u with the linear kernel. */
  static void linearDiscrepancy(SteinBlock b) {
    FloatVector dimensions = FloatVector.broadcast(FLOATS, (float) b.d);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toTileScore = b.tileScoreAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    FloatVector total = load(b.sumAt);
    for (int j = 0; j < b.sources; j++) {
      FloatVector k = one;
      FloatVector own = dimensions;
      FloatVector scores = FloatVector.zero(FLOATS);
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector x = spread(p);
        FloatVector y = load(at);
        FloatVector s = spread(p + toScore);
        FloatVector t = load(at + toTileScore);
        k = x.fma(y, k);
        own = x.fma(s, own);
        own = y.fma(t, own);
        scores = s.fma(t, scores);
        p += 4;
      }
      total = total.add(k.fma(scores, own));
    }
    store(total, b.sumAt);
  }
}
