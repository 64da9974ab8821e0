package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions on vectors, called by way of {@link VectorMath}. All are polynomials of our
 * own, because {@code lanewise(EXP)} is a native library when compiled and a different one when
 * interpreted, and results must not depend on whether the JVM has compiled a loop yet.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they were published
final class VectorFunctions {
  /** 2^x = 2^n · table[i] · p(f), x = n + i/TABLE + f: one table entry per lane, up to 16. */
  private static final int TABLE_BITS = Math.min(4, Integer.numberOfTrailingZeros(LANES));

  private static final int TABLE = 1 << TABLE_BITS;
  static final int SHIFT = 23 - TABLE_BITS;

  /** Adding it rounds to a multiple of 1/TABLE and leaves that multiple in the low bits. */
  static final float ROUND = 0x1.8p23f / TABLE;

  /**
   * Bits of {@link #ROUND} − 127 octaves, which of positive floats are in their order: the larger
   * of the two as ints is rounded no lower, for half of what compare and blend cost. Where it was,
   * the power is 0 times a polynomial of what is left: 0, or NaN where that is −∞.
   */
  static final int LOWEST = Float.floatToRawIntBits(ROUND - 127);

  /** Bits of 2^(i/TABLE), less i shifted to where adding n·TABLE + i shifted brings it back. */
  static final IntVector POWERS = IntVector.fromArray(INTS, powers(), 0);

  /**
   * (2^f − 1)/f interpolated at Chebyshev nodes: on |f| ≤ 1/32 relative error 0.04·2⁻²⁴ of 2^f
   * (degree 3), on |f| ≤ 1/8 0.1·2⁻²⁴ (degree 4).
   */
  static final boolean SHORT = TABLE_BITS == 4;

  static final float E1 = SHORT ? 0.69314718f : 0.69314714f;
  static final float E2 = SHORT ? 0.24023355f : 0.2402265f;
  static final float E3 = SHORT ? 0.055505085f : 0.055524946f;
  static final float E4 = 0.009620536f;

  /** log₂ e and what is missing of it. */
  private static final float LOG2E = 1.442695f;

  private static final float LOG2E_REST = 1.925963e-8f;

  /** −127 octaves. */
  private static final float EXP_FLOOR = -88.02969f;

  private VectorFunctions() {}

  private static int[] powers() {
    int[] bits = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      int entry = i % TABLE;
      bits[i] = Float.floatToRawIntBits((float) Math.pow(2, (double) entry / TABLE));
      bits[i] -= entry << SHIFT;
    }
    return bits;
  }

  static FloatVector loadFloats(long address) {
    return FloatVector.fromMemorySegment(FLOATS, MEMORY, address & ADDRESS, ORDER);
  }

  static FloatVector loadFloats(long address, VectorMask<Float> mask) {
    return FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY)
        .blend(FloatVector.fromMemorySegment(FLOATS, MEMORY, address & ADDRESS, ORDER, mask), mask);
  }

  static FloatVector spread(long address) {
    return FloatVector.broadcast(FLOATS, MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address));
  }

  static IntVector loadInts(long address) {
    return IntVector.fromMemorySegment(INTS, MEMORY, address & ADDRESS, ORDER);
  }

  static ByteVector loadBytes(VectorSpecies<Byte> species, long address) {
    return ByteVector.fromMemorySegment(species, MEMORY, address & ADDRESS, ORDER);
  }

  static void store(Vector<?> v, long address) {
    v.intoMemorySegment(MEMORY, address & ADDRESS, ORDER);
  }

  static VectorMask<Float> inside(int count, int from) {
    return VectorMask.fromLong(FLOATS, -1L >>> Math.max(64 - LANES, 64 - (count - from)));
  }

  /** Compare and blend is half of what MAX costs. */
  static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

  static FloatVector swapped(FloatVector v, IntVector lanes) {
    return lanes.selectFrom(v.reinterpretAsInts()).reinterpretAsFloats();
  }

  static FloatVector clamp(FloatVector d, FloatVector floor) {
    return d.blend(floor, d.compare(VectorOperators.LT, floor));
  }

  /** Relative error 1.2·2⁻²⁴ from −126 on. */
  static FloatVector power(FloatVector d, FloatVector scale) {
    FloatVector rounded = d.fma(scale, FloatVector.broadcast(FLOATS, ROUND));
    FloatVector f = d.fma(scale, FloatVector.broadcast(FLOATS, ROUND).sub(rounded));
    return polynomial(f).mul(table(rounded));
  }

  /**
   * sum + 2^(d·scale), like {@link VectorMath#power}: three arguments are too many for a forward.
   */
  static FloatVector addPower(FloatVector d, FloatVector scale, FloatVector sum) {
    FloatVector rounded = d.fma(scale, FloatVector.broadcast(FLOATS, ROUND));
    FloatVector f = d.fma(scale, FloatVector.broadcast(FLOATS, ROUND).sub(rounded));
    return polynomial(f).fma(table(rounded), sum);
  }

  /**
   * Relative error 1.7·2⁻²⁴ down to 2⁻¹²⁶, then exactly 0 from 2⁻¹²⁷ on. log₂ e has two terms, as
   * the error of one would grow with d.
   */
  static FloatVector exp(FloatVector d) {
    FloatVector x = clamp(d, FloatVector.broadcast(FLOATS, EXP_FLOOR));
    FloatVector octaves = FloatVector.broadcast(FLOATS, LOG2E);
    FloatVector rounded = x.fma(octaves, FloatVector.broadcast(FLOATS, ROUND));
    FloatVector f = x.fma(octaves, FloatVector.broadcast(FLOATS, ROUND).sub(rounded));
    f = x.fma(FloatVector.broadcast(FLOATS, LOG2E_REST), f);
    return polynomial(f).mul(table(rounded));
  }

  /** 2^f. */
  private static FloatVector polynomial(FloatVector f) {
    FloatVector p = FloatVector.broadcast(FLOATS, E3);
    if (!SHORT) {
      p = FloatVector.broadcast(FLOATS, E4).fma(f, p);
    }
    p = p.fma(f, FloatVector.broadcast(FLOATS, E2));
    p = p.fma(f, FloatVector.broadcast(FLOATS, E1));
    return p.fma(f, FloatVector.broadcast(FLOATS, 1f));
  }

  /** 2^(n + i/TABLE) from the low bits that rounding left. */
  private static FloatVector table(FloatVector rounded) {
    IntVector bits = rounded.reinterpretAsInts();
    IntVector power = bits.selectFrom(POWERS).add(bits.lanewise(VectorOperators.LSHL, SHIFT));
    return power.reinterpretAsFloats();
  }

  /**
   * Natural logarithm of normal positive doubles, by the reduction and polynomial of FreeBSD's
   * k_log; relative error below 10⁻¹⁵.
   */
  static DoubleVector log(DoubleVector x) {
    LongVector bits = x.reinterpretAsLongs();
    // Exponent + 1023, at least 0, so that neither a signed shift nor a conversion is needed:
    // machines without AVX-512 have none for longs, and the Vector API's substitutes allocate.
    LongVector biased = bits.add(0x00095f619980c433L).lanewise(VectorOperators.LSHR, 52);
    DoubleVector m =
        bits.sub(biased.sub(1023).lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
    DoubleVector f = m.sub(1.0);
    DoubleVector s = f.div(f.add(2.0));
    DoubleVector z = s.mul(s);
    DoubleVector p = DoubleVector.broadcast(DOUBLES, 0.1479819860511658591);
    p = p.fma(z, DoubleVector.broadcast(DOUBLES, 0.1531383769920937332));
    p = p.fma(z, DoubleVector.broadcast(DOUBLES, 0.1818357216161805012));
    p = p.fma(z, DoubleVector.broadcast(DOUBLES, 0.2222219843214978396));
    p = p.fma(z, DoubleVector.broadcast(DOUBLES, 0.2857142874366239149));
    p = p.fma(z, DoubleVector.broadcast(DOUBLES, 0.3999999999940941908));
    p = p.fma(z, DoubleVector.broadcast(DOUBLES, 0.6666666666666735130));
    DoubleVector e = biased.or(0x4330000000000000L).reinterpretAsDoubles().sub(0x1p52 + 1023);
    DoubleVector tail = s.mul(z).fma(p, s.add(s));
    return e.fma(DoubleVector.broadcast(DOUBLES, Block.LN2), tail);
  }

  /**
   * Natural logarithm of normal positive floats: x = 2^e (1 + f), √½ ≤ 1 + f &lt; √2, polynomial of
   * Cephes' logf; error about 1 ulp, near 1 as well.
   */
  static FloatVector log(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.sub(0x3f3504f3).lanewise(VectorOperators.ASHR, 23);
    FloatVector f =
        bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
    FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
    FloatVector z = f.mul(f);
    FloatVector p = FloatVector.broadcast(FLOATS, 7.0376836292e-2f);
    p = p.fma(f, FloatVector.broadcast(FLOATS, -1.1514610310e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, 1.1676998740e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, -1.2420140846e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, 1.4249322787e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, -1.6668057665e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, 2.0000714765e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, -2.4999993993e-1f));
    p = p.fma(f, FloatVector.broadcast(FLOATS, 3.3333331174e-1f));
    FloatVector y = p.mul(f).mul(z);
    y = e.fma(FloatVector.broadcast(FLOATS, -2.12194440e-4f), y);
    y = z.fma(FloatVector.broadcast(FLOATS, -0.5f), y);
    return e.fma(FloatVector.broadcast(FLOATS, 0.693359375f), f.add(y));
  }

  static FloatVector uniform(IntVector words) {
    FloatVector high =
        (FloatVector) words.lanewise(VectorOperators.LSHR, 9).convert(VectorOperators.I2F, 0);
    return high.add(0.5f).mul(0x1p-23f);
  }
}
