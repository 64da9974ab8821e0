package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/** What {@link VectorSteinPairs} leaves where the particles are no multiple of four. */
final class VectorSteinRest {
  private VectorSteinRest() {}

  /** Squared distances of the last n mod 4 particles from all before them. */
  static void squares(SteinLanes b) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long particle = b.d * b.rowBytes;
    int first = b.n & -4;
    for (int i = first; i < b.n; i++) {
      long other = b.particlesAt + i * particle;
      for (int j = 0; j < first; j += 4) {
        FloatVector a0 = zero;
        FloatVector a1 = zero;
        FloatVector a2 = zero;
        FloatVector a3 = zero;
        long y = b.particlesAt + j * particle;
        for (long x = other; x < other + particle; x += b.rowBytes) {
          FloatVector xv = load(x);
          FloatVector e = xv.sub(load(y));
          a0 = e.fma(e, a0);
          e = xv.sub(load(y + particle));
          a1 = e.fma(e, a1);
          e = xv.sub(load(y + 2 * particle));
          a2 = e.fma(e, a2);
          e = xv.sub(load(y + 3 * particle));
          a3 = e.fma(e, a3);
          y += b.rowBytes;
        }
        long to = row(b, i, j);
        store(a0, to);
        store(a1, to + BYTES);
        store(a2, to + 2 * BYTES);
        store(a3, to + 3 * BYTES);
      }
      for (int j = first; j < i; j++) {
        long toOwn = (j - i) * particle;
        FloatVector sum = zero;
        for (long x = other; x < other + particle; x += b.rowBytes) {
          FloatVector delta = load(x).sub(load(x + toOwn));
          sum = delta.fma(delta, sum);
        }
        store(sum, row(b, i, j));
      }
    }
  }

  /** Where {@link VectorSteinPairs} has the pair of particle i and j, which is before it. */
  private static long row(SteinLanes b, int i, int j) {
    int block = j / 4;
    int before = block * (4 * b.n - 10) - 8 * block * (block - 1);
    int far = i - 4 * block;
    int near = j - 4 * block;
    int pair = far < 4 ? far * (far - 1) / 2 + near : 6 + 4 * (far - 4) + near;
    return b.squaresAt + (before + pair) * BYTES;
  }

  /** φ of the last n mod 4 targets, whose sums have the terms of all before them. */
  static void sums(SteinLanes b) {
    FloatVector slope = load(b.slopeAt);
    FloatVector share = FloatVector.broadcast(FLOATS, 1f / b.n);
    long particle = b.d * b.rowBytes;
    long toScore = b.scoresAt - b.particlesAt;
    long toSum = b.sumsAt - b.particlesAt;
    int first = b.n & -4;
    for (int j = first; j < b.n; j++) {
      long own = b.particlesAt + j * particle;
      for (long y = own; y < own + particle; y += b.rowBytes) {
        FloatVector a = load(y + toSum);
        for (int i = first; i < b.n; i++) {
          long x = y + (i - j) * particle;
          FloatVector s = load(x + toScore);
          if (i == j) {
            a = a.add(s);
          } else {
            FloatVector k = load(row(b, Math.max(i, j), Math.min(i, j)));
            a = load(x).sub(load(y)).fma(slope, s).fma(k, a);
          }
        }
        store(a.mul(share), y + toSum);
      }
    }
  }
}
