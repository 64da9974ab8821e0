package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/**
 * The loops of {@link VectorSteinLanes} for machines with 32 vector registers: each pair once, for
 * both particles. Targets come in blocks of four; a block's pairs are (0, 1), (0, 2), (1, 2), (0,
 * 3), (1, 3), (2, 3) inside, then four with each source behind it. Every sum has its terms in the
 * order of the sources, as if its target were alone.
 */
final class VectorSteinPairs {
  private VectorSteinPairs() {}

  /** Squared distances of whole blocks of targets with themselves and with four sources at once. */
  static void squares(SteinLanes b) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long step = b.rowBytes & STRIDE;
    long particle = (b.d * step) & STRIDE;
    long particle3 = (3 * particle) & STRIDE;
    long last = b.particlesAt + b.n * particle;
    long row = b.squaresAt;
    for (long own = b.particlesAt; own + 4 * particle <= last; own += 4 * particle) {
      long end = own + particle;
      FloatVector a0 = zero;
      FloatVector a1 = zero;
      FloatVector a2 = zero;
      FloatVector a3 = zero;
      FloatVector b0 = zero;
      FloatVector b1 = zero;
      for (long k = own; k < end; k += step) {
        long y = k & ADDRESS;
        FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
        FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle, ORDER);
        FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * particle, ORDER);
        FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle3, ORDER);
        FloatVector e = y1.sub(y0);
        a0 = e.fma(e, a0);
        e = y2.sub(y0);
        a1 = e.fma(e, a1);
        e = y2.sub(y1);
        a2 = e.fma(e, a2);
        e = y3.sub(y0);
        a3 = e.fma(e, a3);
        e = y3.sub(y1);
        b0 = e.fma(e, b0);
        e = y3.sub(y2);
        b1 = e.fma(e, b1);
      }
      long to = row & ADDRESS;
      a0.intoMemorySegment(MEMORY, to, ORDER);
      a1.intoMemorySegment(MEMORY, to + BYTES, ORDER);
      a2.intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
      a3.intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);
      b0.intoMemorySegment(MEMORY, to + 4 * BYTES, ORDER);
      b1.intoMemorySegment(MEMORY, to + 5 * BYTES, ORDER);
      row += 6 * BYTES;
      long other = own + 4 * particle;
      for (; other + 4 * particle <= last; other += 4 * particle) {
        a0 = zero;
        a1 = zero;
        a2 = zero;
        a3 = zero;
        b0 = zero;
        b1 = zero;
        FloatVector b2 = zero;
        FloatVector b3 = zero;
        FloatVector c0 = zero;
        FloatVector c1 = zero;
        FloatVector c2 = zero;
        FloatVector c3 = zero;
        FloatVector d0 = zero;
        FloatVector d1 = zero;
        FloatVector d2 = zero;
        FloatVector d3 = zero;
        long x = other & ADDRESS;
        for (long k = own; k < end; k += step) {
          long y = k & ADDRESS;
          FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
          FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle, ORDER);
          FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * particle, ORDER);
          FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle3, ORDER);
          FloatVector xv = FloatVector.fromMemorySegment(FLOATS, MEMORY, x, ORDER);
          FloatVector e0 = xv.sub(y0);
          FloatVector e1 = xv.sub(y1);
          FloatVector e2 = xv.sub(y2);
          FloatVector e3 = xv.sub(y3);
          a0 = e0.fma(e0, a0);
          a1 = e1.fma(e1, a1);
          a2 = e2.fma(e2, a2);
          a3 = e3.fma(e3, a3);
          xv = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + particle, ORDER);
          e0 = xv.sub(y0);
          e1 = xv.sub(y1);
          e2 = xv.sub(y2);
          e3 = xv.sub(y3);
          b0 = e0.fma(e0, b0);
          b1 = e1.fma(e1, b1);
          b2 = e2.fma(e2, b2);
          b3 = e3.fma(e3, b3);
          xv = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + 2 * particle, ORDER);
          e0 = xv.sub(y0);
          e1 = xv.sub(y1);
          e2 = xv.sub(y2);
          e3 = xv.sub(y3);
          c0 = e0.fma(e0, c0);
          c1 = e1.fma(e1, c1);
          c2 = e2.fma(e2, c2);
          c3 = e3.fma(e3, c3);
          xv = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + particle3, ORDER);
          e0 = xv.sub(y0);
          e1 = xv.sub(y1);
          e2 = xv.sub(y2);
          e3 = xv.sub(y3);
          d0 = e0.fma(e0, d0);
          d1 = e1.fma(e1, d1);
          d2 = e2.fma(e2, d2);
          d3 = e3.fma(e3, d3);
          x = (x + step) & ADDRESS;
        }
        to = row & ADDRESS;
        a0.intoMemorySegment(MEMORY, to, ORDER);
        a1.intoMemorySegment(MEMORY, to + BYTES, ORDER);
        a2.intoMemorySegment(MEMORY, to + 2 * BYTES, ORDER);
        a3.intoMemorySegment(MEMORY, to + 3 * BYTES, ORDER);
        b0.intoMemorySegment(MEMORY, to + 4 * BYTES, ORDER);
        b1.intoMemorySegment(MEMORY, to + 5 * BYTES, ORDER);
        b2.intoMemorySegment(MEMORY, to + 6 * BYTES, ORDER);
        b3.intoMemorySegment(MEMORY, to + 7 * BYTES, ORDER);
        c0.intoMemorySegment(MEMORY, to + 8 * BYTES, ORDER);
        c1.intoMemorySegment(MEMORY, to + 9 * BYTES, ORDER);
        c2.intoMemorySegment(MEMORY, to + 10 * BYTES, ORDER);
        c3.intoMemorySegment(MEMORY, to + 11 * BYTES, ORDER);
        d0.intoMemorySegment(MEMORY, to + 12 * BYTES, ORDER);
        d1.intoMemorySegment(MEMORY, to + 13 * BYTES, ORDER);
        d2.intoMemorySegment(MEMORY, to + 14 * BYTES, ORDER);
        d3.intoMemorySegment(MEMORY, to + 15 * BYTES, ORDER);
        row += 16 * BYTES;
      }
      // Sources that are no four are left to VectorSteinRest.
      row += (last - other) / particle * (4 * BYTES);
    }
  }

  /** Squares ← kernels, two vectors at a time; one more than there are may be read and written. */
  static void kernels(SteinLanes b) {
    FloatVector scale = load(b.scaleAt);
    FloatVector limit = load(b.limitAt);
    long end = b.squaresAt + b.pairs * BYTES;
    for (long at = b.squaresAt; at < end; at += 2 * BYTES) {
      FloatVector first = VectorStein.kernel(load(at), limit, scale);
      FloatVector second = VectorStein.kernel(load(at + BYTES), limit, scale);
      store(first, at);
      store(second, at + BYTES);
    }
  }

  /** φ = Σ k (s + slope δ) / n of whole blocks of targets, and their terms of sources behind. */
  static void sums(SteinLanes b) {
    FloatVector slope = load(b.slopeAt);
    FloatVector minus = FloatVector.zero(FLOATS).sub(slope);
    FloatVector share = FloatVector.broadcast(FLOATS, 1f / b.n);
    FloatVector zero = FloatVector.zero(FLOATS);
    long particle = (b.d * b.rowBytes) & STRIDE;
    long particle2 = (2 * particle) & STRIDE;
    long particle3 = (3 * particle) & STRIDE;
    long toScore = (b.scoresAt - b.particlesAt) & STRIDE;
    long toSum = (b.sumsAt - b.particlesAt) & STRIDE;
    long last = b.particlesAt + b.n * particle;
    for (long at = b.sumsAt; at < b.sumsAt + b.n * particle; at += BYTES) {
      store(zero, at);
    }
    long row = b.squaresAt;
    for (long own = b.particlesAt; own + 4 * particle <= last; own += 4 * particle) {
      for (long k = 0; k < particle; k += BYTES) {
        long y = (own + k) & ADDRESS;
        long s = (y + toScore) & ADDRESS;
        long sum = (y + toSum) & ADDRESS;
        long kernel = row & ADDRESS;
        FloatVector y0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
        FloatVector y1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle, ORDER);
        FloatVector y2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle2, ORDER);
        FloatVector y3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + particle3, ORDER);
        FloatVector s0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, s, ORDER);
        FloatVector s1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + particle, ORDER);
        FloatVector s2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + particle2, ORDER);
        FloatVector s3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + particle3, ORDER);
        FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum, ORDER).add(s0);
        FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + particle, ORDER);
        FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + particle2, ORDER);
        FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, sum + particle3, ORDER);
        FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel, ORDER);
        FloatVector e = y1.sub(y0);
        a0 = e.fma(slope, s1).fma(k0, a0);
        a1 = e.fma(minus, s0).fma(k0, a1).add(s1);
        k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + BYTES, ORDER);
        e = y2.sub(y0);
        a0 = e.fma(slope, s2).fma(k0, a0);
        a2 = e.fma(minus, s0).fma(k0, a2);
        k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 2 * BYTES, ORDER);
        e = y2.sub(y1);
        a1 = e.fma(slope, s2).fma(k0, a1);
        a2 = e.fma(minus, s1).fma(k0, a2).add(s2);
        k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 3 * BYTES, ORDER);
        e = y3.sub(y0);
        a0 = e.fma(slope, s3).fma(k0, a0);
        a3 = e.fma(minus, s0).fma(k0, a3);
        k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 4 * BYTES, ORDER);
        e = y3.sub(y1);
        a1 = e.fma(slope, s3).fma(k0, a1);
        a3 = e.fma(minus, s1).fma(k0, a3);
        k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 5 * BYTES, ORDER);
        e = y3.sub(y2);
        a2 = e.fma(slope, s3).fma(k0, a2);
        a3 = e.fma(minus, s2).fma(k0, a3).add(s3);
        kernel = (kernel + 6 * BYTES) & ADDRESS;
        for (long other = own + 4 * particle + k; other < last; other += particle) {
          long x = other & ADDRESS;
          k0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel, ORDER);
          FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + BYTES, ORDER);
          FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 2 * BYTES, ORDER);
          FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, kernel + 3 * BYTES, ORDER);
          FloatVector xv = FloatVector.fromMemorySegment(FLOATS, MEMORY, x, ORDER);
          FloatVector sv = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + toScore, ORDER);
          FloatVector p = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + toSum, ORDER);
          e = xv.sub(y0);
          a0 = e.fma(slope, sv).fma(k0, a0);
          p = e.fma(minus, s0).fma(k0, p);
          e = xv.sub(y1);
          a1 = e.fma(slope, sv).fma(k1, a1);
          p = e.fma(minus, s1).fma(k1, p);
          e = xv.sub(y2);
          a2 = e.fma(slope, sv).fma(k2, a2);
          p = e.fma(minus, s2).fma(k2, p);
          e = xv.sub(y3);
          a3 = e.fma(slope, sv).fma(k3, a3);
          p = e.fma(minus, s3).fma(k3, p);
          p.intoMemorySegment(MEMORY, x + toSum, ORDER);
          kernel = (kernel + 4 * BYTES) & ADDRESS;
        }
        a0.mul(share).intoMemorySegment(MEMORY, sum, ORDER);
        a1.mul(share).intoMemorySegment(MEMORY, sum + particle, ORDER);
        a2.mul(share).intoMemorySegment(MEMORY, sum + particle2, ORDER);
        a3.mul(share).intoMemorySegment(MEMORY, sum + particle3, ORDER);
      }
      row += (6 + 4 * ((last - own) / particle - 4)) * BYTES;
    }
  }
}
