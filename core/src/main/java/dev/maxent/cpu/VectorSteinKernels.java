package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;
import static dev.maxent.cpu.VectorStein.kernel;
import static dev.maxent.cpu.VectorStein.spread;

import jdk.incubator.vector.FloatVector;

/** Loops of SVGD on one vector of targets and one source at a time: other kernels, discrepancy. */
final class VectorSteinKernels {
  private VectorSteinKernels() {}

  /** 1 + r² · grow = (c² + r²/h) / c². */
  private static FloatVector growth(FloatVector square, FloatVector grow) {
    return square.fma(grow, FloatVector.broadcast(FLOATS, 1f));
  }

  /** Sums of the direction with the inverse multiquadric. */
  static void imq(SteinBlock b) {
    FloatVector scale = FloatVector.broadcast(FLOATS, b.scale);
    FloatVector limit = FloatVector.broadcast(FLOATS, b.limit);
    FloatVector factor = FloatVector.broadcast(FLOATS, b.factor);
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    FloatVector grow = FloatVector.broadcast(FLOATS, b.grow);
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toSum = b.sumAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    for (int j = 0; j < b.groups; j++) {
      FloatVector square = FloatVector.zero(FLOATS);
      long q = p;
      for (long at = b.tileAt; at < end; at += step) {
        FloatVector delta = spread(q).sub(load(at));
        square = delta.fma(delta, square);
        q += 4;
      }
      FloatVector w = growth(square, grow);
      FloatVector k = kernel(VectorMath.log(w), limit, scale).mul(factor);
      FloatVector gradient = k.div(w).mul(slope);
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
    for (int j = 0; j < b.groups; j++) {
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

  /** sums ← u with RBF or inverse multiquadric, added over sources. */
  static void discrepancy(SteinBlock b) {
    boolean rbf = b.kind == SteinBlock.RBF;
    FloatVector scale = FloatVector.broadcast(FLOATS, b.scale);
    FloatVector limit = FloatVector.broadcast(FLOATS, b.limit);
    FloatVector factor = FloatVector.broadcast(FLOATS, b.factor);
    FloatVector grow = FloatVector.broadcast(FLOATS, b.grow);
    FloatVector slope = FloatVector.broadcast(FLOATS, b.slope);
    // 4/h², or 4β(β − 1)/h²/c⁴.
    FloatVector curve = FloatVector.broadcast(FLOATS, b.curve);
    FloatVector dimensions = FloatVector.broadcast(FLOATS, (float) b.d);
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toTileScore = b.tileScoreAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    FloatVector total = FloatVector.zero(FLOATS);
    for (int j = 0; j < b.groups; j++) {
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
      if (rbf) {
        FloatVector k = kernel(square, limit, scale);
        FloatVector u = across.fma(slope.neg(), scores);
        total = square.fma(curve.neg(), u).fma(k, total);
      } else {
        FloatVector w = growth(square, grow);
        FloatVector k = kernel(VectorMath.log(w), limit, scale).mul(factor);
        FloatVector u = across.mul(slope).div(w);
        u = scores.sub(u).sub(square.mul(curve).div(w).div(w));
        total = u.fma(k, total);
      }
    }
    store(total, b.sumAt);
  }

  /** sums ← u with the linear kernel, added over sources. */
  static void linearDiscrepancy(SteinBlock b) {
    FloatVector dimensions = FloatVector.broadcast(FLOATS, (float) b.d);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    long step = b.tileStep;
    long end = b.tileAt + b.d * step;
    long toTileScore = b.tileScoreAt - b.tileAt;
    long p = b.sourceAt;
    long toScore = b.scoreAt - p;
    FloatVector total = FloatVector.zero(FLOATS);
    for (int j = 0; j < b.groups; j++) {
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
