package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.exp;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Activations with their slopes, from z to h, which may be the same place. Errors in units of 2⁻²⁴,
 * of which an ulp is one or two: of tanh 5 times the result and of its slope 6 times; of SiLU 6 and
 * of GELU 8 times the result; of their slopes, which cross 0, 4 altogether. {@code
 * ActivationLoopsTest} holds them to it.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they were published
final class VectorActivations {
  /** Below it Cephes' polynomial for tanh, above it the exponential. */
  private static final float TANH_SMALL = 0.625f;

  private static final float T0 = -3.33332819422e-1f;
  private static final float T1 = 1.33314422036e-1f;
  private static final float T2 = -5.37397155531e-2f;
  private static final float T3 = 2.06390887954e-2f;
  private static final float T4 = -5.70498872745e-3f;

  /** Beyond it the density is 0. */
  static final float NORMAL_END = 14f;

  static final float SQRT_HALF = 0.70710678f;

  /** 1/√(2π). */
  static final float DENSITY = 0.3989423f;

  /** Where y = (a − MIDDLE) / (a + MIDDLE) is 0. */
  static final float MIDDLE = 3.5f;

  /** (1 + a/√2) Φ(−a) e^(a²/2) as a polynomial in y; relative error 0.4·2⁻²⁴ for 0 ≤ a ≤ 14. */
  static final float G0 = 0.36953598f;

  static final float G1 = -0.12390518f;
  static final float G2 = 0.03741876f;
  static final float G3 = 0.00885034f;
  static final float G4 = -0.01581342f;
  static final float G5 = 0.0068792133f;
  static final float G6 = -0.00020207535f;
  static final float G7 = -0.0008779054f;
  static final float G8 = 0.000109838256f;
  static final float G9 = 0.0001026248f;

  private VectorActivations() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static void relu(UnitRows u) {
    long end = u.zAt + u.rows * (u.stride * 4L);
    long to = u.hAt - u.zAt;
    FloatVector zero = FloatVector.zero(FLOATS);
    for (long at = u.zAt; at < end; at += BYTES) {
      FloatVector z = load(at);
      store(z.blend(zero, z.compare(VectorOperators.LT, zero)), at + to);
    }
  }

  static void tanh(UnitRows u) {
    long end = u.zAt + u.rows * (u.stride * 4L);
    long to = u.hAt - u.zAt;
    long toSlopes = u.slopesAt - u.zAt;
    FloatVector one = all(1f);
    for (long at = u.zAt; at < end; at += BYTES) {
      FloatVector z = load(at);
      FloatVector a = z.abs();
      FloatVector e = exp(a.mul(-2f));
      FloatVector r = one.div(e.add(one));
      FloatVector h = one.sub(e).mul(r);
      h = h.blend(h.neg(), z.compare(VectorOperators.LT, 0f));
      FloatVector w = z.mul(z);
      FloatVector p = all(T4).fma(w, all(T3)).fma(w, all(T2)).fma(w, all(T1)).fma(w, all(T0));
      p = p.mul(w).fma(z, z);
      h = h.blend(p, a.compare(VectorOperators.LT, TANH_SMALL));
      store(h, at + to);
      // Without a helper, whose budget is spent: see Apart.
      e.mul(4f).mul(r.mul(r)).intoMemorySegment(MEMORY, (at + toSlopes) & ADDRESS, ORDER);
    }
  }

  static void silu(UnitRows u) {
    long end = u.zAt + u.rows * (u.stride * 4L);
    long to = u.hAt - u.zAt;
    long toSlopes = u.slopesAt - u.zAt;
    FloatVector one = all(1f);
    for (long at = u.zAt; at < end; at += BYTES) {
      FloatVector z = load(at);
      FloatVector e = exp(z.abs().mul(-1f));
      FloatVector r = one.div(e.add(one));
      FloatVector er = e.mul(r);
      VectorMask<Float> negative = z.compare(VectorOperators.LT, 0f);
      FloatVector sigmoid = r.blend(er, negative);
      FloatVector h = z.mul(sigmoid);
      store(h, at + to);
      store(h.fma(er.blend(r, negative), sigmoid), at + toSlopes);
    }
  }

  /**
   * The first part of GELU: slopes ← e^(−z²/2). Both parts in one loop are too much for HotSpot.
   */
  static void bell(UnitRows u) {
    long end = u.zAt + u.rows * (u.stride * 4L);
    long toSlopes = u.slopesAt - u.zAt;
    FloatVector zero = all(0f);
    FloatVector limit = all(NORMAL_END);
    for (long at = u.zAt; at < end; at += BYTES) {
      FloatVector a = load(at).abs();
      a = a.blend(limit, a.compare(VectorOperators.GT, limit));
      FloatVector half = a.mul(-0.5f);
      FloatVector square = half.mul(a);
      FloatVector e = exp(square);
      // What rounding took from the square would count for many ulp of a small e.
      store(e.fma(half.fma(a, zero.sub(square)), e), at + toSlopes);
    }
  }

  static void gelu(UnitRows u) {
    long end = u.zAt + u.rows * (u.stride * 4L);
    long to = u.hAt - u.zAt;
    long toSlopes = u.slopesAt - u.zAt;
    FloatVector zero = all(0f);
    FloatVector one = all(1f);
    FloatVector limit = all(NORMAL_END);
    for (long at = u.zAt; at < end; at += BYTES) {
      FloatVector z = load(at);
      FloatVector e = load(at + toSlopes);
      FloatVector full = z.abs();
      FloatVector a = full.blend(limit, full.compare(VectorOperators.GT, limit));
      FloatVector s = a.fma(all(SQRT_HALF), one);
      FloatVector t = a.add(all(MIDDLE));
      FloatVector inverse = one.div(s.mul(t));
      FloatVector y = a.sub(all(MIDDLE)).mul(inverse.mul(s));
      FloatVector p = all(G9).fma(y, all(G8)).fma(y, all(G7)).fma(y, all(G6)).fma(y, all(G5));
      p = p.fma(y, all(G4)).fma(y, all(G3)).fma(y, all(G2)).fma(y, all(G1)).fma(y, all(G0));
      FloatVector tail = p.mul(e).mul(inverse.mul(t));
      VectorMask<Float> negative = z.compare(VectorOperators.LT, zero);
      store(z.blend(zero, negative).sub(full.mul(tail)), at + to);
      // At −|z|; the slope at |z| is 1 less that.
      FloatVector below = a.mul(e).fma(all(-DENSITY), tail);
      store(one.sub(below).blend(below, negative), at + toSlopes);
    }
  }
}
