package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import dev.maxent.reference.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Philox blocks, one per 64-bit lane, and Box–Muller on pairs of lanes. */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they were published
final class VectorRandom {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int BLOCKS = LONGS.length();
  private static final long LOW = 0xFFFFFFFFL;

  /** Of blocks' halves, as pairs of ints, each twice: the first half of a vector, the second. */
  private static final VectorShuffle<Integer> TWICE_LOW = pairsTwice(0);

  private static final VectorShuffle<Integer> TWICE_HIGH = pairsTwice(LANES / 2);

  /** Every other pair of ints. */
  private static final VectorMask<Integer> BACK = VectorMask.fromLong(INTS, 0xCCCCCCCCCCCCCCCCL);

  private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(FLOATS, i -> i & ~1);
  private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(FLOATS, i -> i | 1);
  private static final VectorMask<Float> SINE = oddLanes();

  private VectorRandom() {}

  private static VectorShuffle<Integer> pairsTwice(int first) {
    return VectorShuffle.fromOp(INTS, i -> first + (i / 4) * 2 + (i & 1));
  }

  private static VectorMask<Float> oddLanes() {
    boolean[] odd = new boolean[LANES];
    for (int i = 1; i < LANES; i += 2) {
      odd[i] = true;
    }
    return VectorMask.fromArray(FLOATS, odd, 0);
  }

  static void uniform(long words, int count) {
    for (int k = 0; k < count; k += LANES) {
      store(VectorMath.uniform(loadInts(words + k * 4L)), words + k * 4L);
    }
  }

  /** Words to −log u. */
  static void exponential(long words, int count) {
    for (int k = 0; k < count; k += LANES) {
      FloatVector u = VectorMath.uniform(loadInts(words + k * 4L));
      store(VectorMath.log(u).neg(), words + k * 4L);
    }
  }

  /** x to −log x. */
  static void negativeLog(long values, int count) {
    for (int k = 0; k < count; k += LANES) {
      store(VectorMath.log(load(values + k * 4L)).neg(), values + k * 4L);
    }
  }

  /** Whole vectors of blocks. Of counters only the low 32 bits of a lane count. */
  static void words(long seed, long counter, long firstBlock, int blocks, long out) {
    LongVector step = LongVector.broadcast(LONGS, 0).addIndex(1);
    // Masked, though they are below 2³²: so HotSpot sees that products of 32 bits are enough.
    LongVector m0 = LongVector.broadcast(LONGS, Philox.M0).and(LOW);
    LongVector m1 = LongVector.broadcast(LONGS, Philox.M1).and(LOW);
    for (int block = 0; block < blocks; block += BLOCKS) {
      LongVector index = step.add(firstBlock + block);
      LongVector c0 = index;
      LongVector c1 = index.lanewise(VectorOperators.LSHR, 32);
      LongVector c2 = LongVector.broadcast(LONGS, counter);
      LongVector c3 = LongVector.broadcast(LONGS, counter >>> 32);
      int k0 = (int) seed;
      int k1 = (int) (seed >>> 32);
      for (int round = 0; round < Philox.ROUNDS; round++) {
        LongVector p0 = c0.and(LOW).mul(m0);
        LongVector p1 = c2.and(LOW).mul(m1);
        c0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c1);
        c0 = c0.lanewise(VectorOperators.XOR, k0);
        c2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c3);
        c2 = c2.lanewise(VectorOperators.XOR, k1);
        c1 = p1;
        c3 = p0;
        k0 += Philox.W0;
        k1 += Philox.W1;
      }
      // Rearranged as ints: HotSpot has no shuffles and masks of two longs, which 16 bytes hold.
      c0 = c0.and(LOW).or(c1.lanewise(VectorOperators.LSHL, 32));
      c2 = c2.and(LOW).or(c3.lanewise(VectorOperators.LSHL, 32));
      IntVector front = c0.reinterpretAsInts();
      IntVector back = c2.reinterpretAsInts();
      long to = out + block * 16L;
      store(front.rearrange(TWICE_LOW).blend(back.rearrange(TWICE_LOW), BACK), to);
      store(front.rearrange(TWICE_HIGH).blend(back.rearrange(TWICE_HIGH), BACK), to + BYTES);
    }
  }

  /** {@link Philox#permuted} of whole vectors of positions; lanes that are done wait for others. */
  static void permute(int[] keys, int half, int size, int first, long out, int count) {
    IntVector mask = IntVector.broadcast(INTS, (1 << half) - 1);
    // Signed comparisons of shifted numbers are unsigned ones.
    int last = size - 1 + Integer.MIN_VALUE;
    for (int k = 0; k < count; k += LANES) {
      IntVector x = IntVector.broadcast(INTS, first + k).addIndex(1);
      VectorMask<Integer> walking = INTS.maskAll(true);
      while (walking.anyTrue()) {
        IntVector left = x.lanewise(VectorOperators.LSHR, half);
        IntVector right = x.and(mask);
        for (int round = 0; round < Philox.PERMUTATION_ROUNDS; round++) {
          IntVector h = right.add(keys[round]);
          h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
          h = h.mul(0x85EBCA6B);
          h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 13));
          h = h.mul(0xC2B2AE35);
          h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
          IntVector mixed = left.lanewise(VectorOperators.XOR, h.and(mask));
          left = right;
          right = mixed;
        }
        IntVector image = left.lanewise(VectorOperators.LSHL, half).or(right);
        x = x.blend(image, walking);
        walking = x.add(Integer.MIN_VALUE).compare(VectorOperators.GT, last);
      }
      store(x, out + k * 4L);
    }
  }

  /** Words to √(−2 log u) in even lanes and v in odd ones. */
  static void radiusAndTurns(long words, int count) {
    for (int k = 0; k < count; k += LANES) {
      FloatVector u = VectorMath.uniform(loadInts(words + k * 4L));
      FloatVector radius = VectorMath.log(u).mul(-2f).lanewise(VectorOperators.SQRT);
      store(radius.blend(u, SINE), words + k * 4L);
    }
  }

  /** Even lanes become radius · cos 2πv, odd ones radius · sin 2πv = radius · cos 2π(v − ¼). */
  static void boxMuller(long values, int count) {
    for (int k = 0; k < count; k += LANES) {
      FloatVector both = load(values + k * 4L);
      FloatVector turns = both.rearrange(ODD);
      turns = turns.blend(turns.sub(0.25f), SINE);
      store(both.rearrange(EVEN).mul(cosine(turns)), values + k * 4L);
    }
  }

  /** cos 2πv for −¼ ≤ v ≤ 1: the nearest quarter turn is taken off exactly, then Taylor series. */
  private static FloatVector cosine(FloatVector turns) {
    FloatVector shifted = turns.fma(4f, 0x1.8p23f);
    IntVector quarter = shifted.reinterpretAsInts();
    FloatVector rest = turns.sub(shifted.sub(0x1.8p23f).mul(0.25f));
    FloatVector x = rest.mul((float) (2 * Math.PI));
    FloatVector z = x.mul(x);
    FloatVector cos = FloatVector.broadcast(FLOATS, 2.443315711809948e-5f);
    cos = cos.fma(z, FloatVector.broadcast(FLOATS, -1.388731625493765e-3f));
    cos = cos.fma(z, FloatVector.broadcast(FLOATS, 4.166664568298827e-2f));
    cos = cos.mul(z).fma(z, z.mul(-0.5f)).add(1f);
    FloatVector sin = FloatVector.broadcast(FLOATS, -1.9515295891e-4f);
    sin = sin.fma(z, FloatVector.broadcast(FLOATS, 8.3321608736e-3f));
    sin = sin.fma(z, FloatVector.broadcast(FLOATS, -1.6666654611e-1f));
    sin = sin.mul(z).fma(x, x);
    VectorMask<Float> odd = quarter.and(1).compare(VectorOperators.NE, 0).cast(FLOATS);
    FloatVector value = cos.blend(sin, odd);
    VectorMask<Float> negative = quarter.add(1).and(2).compare(VectorOperators.NE, 0).cast(FLOATS);
    return value.blend(value.neg(), negative);
  }
}
