package dev.maxent.cpu;

import dev.maxent.reference.Philox;
import java.lang.foreign.MemorySegment;

/**
 * The random numbers of {@link ScalarLoops}. Philox runs round by round over many blocks at once,
 * with each 32-bit word in the low half of a long, which HotSpot turns into vector instructions.
 */
final class ScalarRandom {
  private static final int BLOCKS = ScalarScratch.PIECE / 4;
  private static final long WORD = 0xFFFFFFFFL;
  private static final long M0 = Philox.M0 & WORD;
  private static final long M1 = Philox.M1 & WORD;

  private ScalarRandom() {}

  /** See {@link RandomLoops#words}. */
  static void words(
      ScalarScratch s,
      long seed,
      long counter,
      long first,
      int blocks,
      MemorySegment out,
      long outAt) {
    for (int from = 0; from < blocks; from += BLOCKS) {
      int count = Math.min(BLOCKS, blocks - from);
      start(s.counters, counter, first + from, count);
      int key0 = (int) seed;
      int key1 = (int) (seed >>> 32);
      for (int round = 0; round < Philox.ROUNDS; round++) {
        round(s.counters, key0 & WORD, key1 & WORD, count);
        key0 += Philox.W0;
        key1 += Philox.W1;
      }
      join(s.counters, s.bits, count);
      s.storeBits(out, outAt + 16L * from, 4 * count);
    }
  }

  private static void start(long[][] counters, long counter, long first, int count) {
    long[] c0 = counters[0];
    long[] c1 = counters[1];
    long[] c2 = counters[2];
    long[] c3 = counters[3];
    for (int i = 0; i < count; i++) {
      c0[i] = (first + i) & WORD;
      c1[i] = (first + i) >>> 32;
      c2[i] = counter & WORD;
      c3[i] = counter >>> 32;
    }
  }

  private static void round(long[][] counters, long key0, long key1, int count) {
    long[] c0 = counters[0];
    long[] c1 = counters[1];
    long[] c2 = counters[2];
    long[] c3 = counters[3];
    for (int i = 0; i < count; i++) {
      long product0 = M0 * (c0[i] & WORD);
      long product1 = M1 * (c2[i] & WORD);
      c0[i] = (product1 >>> 32) ^ c1[i] ^ key0;
      c1[i] = product1 & WORD;
      c2[i] = (product0 >>> 32) ^ c3[i] ^ key1;
      c3[i] = product0 & WORD;
    }
  }

  private static void join(long[][] counters, int[] words, int count) {
    long[] c0 = counters[0];
    long[] c1 = counters[1];
    long[] c2 = counters[2];
    long[] c3 = counters[3];
    for (int i = 0; i < count; i++) {
      words[4 * i] = (int) c0[i];
      words[4 * i + 1] = (int) c1[i];
      words[4 * i + 2] = (int) c2[i];
      words[4 * i + 3] = (int) c3[i];
    }
  }

  /** See {@link RandomLoops#uniform}. */
  static void uniform(ScalarScratch s, MemorySegment words, long at, int count) {
    for (int from = 0; from < count; from += ScalarScratch.PIECE) {
      int n = Math.min(ScalarScratch.PIECE, count - from);
      long pieceAt = at + (long) from * Float.BYTES;
      s.loadBits(words, pieceAt, n);
      uniform(s.bits, s.values, n);
      ScalarScratch.store(s.valuesSegment, words, pieceAt, n);
    }
  }

  private static void uniform(int[] words, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = ((words[i] >>> 9) + 0.5f) * 0x1p-23f;
    }
  }

  /** See {@link RandomLoops#normal}. */
  static void normal(ScalarScratch s, MemorySegment words, long at, int count) {
    for (int from = 0; from < count; from += ScalarScratch.PIECE) {
      int n = Math.min(ScalarScratch.PIECE, count - from);
      long pieceAt = at + (long) from * Float.BYTES;
      s.loadBits(words, pieceAt, n);
      uniform(s.bits, s.power, n);
      int pairs = n / 2;
      for (int i = 0; i < pairs; i++) {
        s.values[i] = s.power[2 * i];
        s.offset[i] = s.power[2 * i + 1];
      }
      ScalarMath.log(s, pairs);
      ScalarMath.boxMuller(s.real, s.offset, s.values, s.octaves, pairs);
      for (int i = 0; i < pairs; i++) {
        s.power[2 * i] = s.values[i];
        s.power[2 * i + 1] = s.octaves[i];
      }
      ScalarScratch.store(s.powerSegment, words, pieceAt, 2 * pairs);
    }
  }

  /** See {@link RandomLoops#gumbel}. */
  static void gumbel(ScalarScratch s, MemorySegment words, long at, int count) {
    for (int from = 0; from < count; from += ScalarScratch.PIECE) {
      int n = Math.min(ScalarScratch.PIECE, count - from);
      long pieceAt = at + (long) from * Float.BYTES;
      s.loadBits(words, pieceAt, n);
      uniform(s.bits, s.values, n);
      ScalarMath.log(s, n);
      negate(s.real, s.values, n);
      ScalarMath.log(s, n);
      negate(s.real, s.offset, n);
      ScalarScratch.store(s.offsetSegment, words, pieceAt, n);
    }
  }

  /** See {@link RandomLoops#perturb}. */
  static void perturb(
      ScalarScratch s,
      MemorySegment q,
      long at,
      float max,
      float inverse,
      MemorySegment noise,
      long noiseAt,
      int count) {
    // A factor that underflowed to 0 would turn −∞ into NaN.
    float factor = Math.max(inverse, Float.MIN_VALUE);
    for (int from = 0; from < count; from += ScalarScratch.PIECE) {
      int n = Math.min(ScalarScratch.PIECE, count - from);
      long bytes = (long) from * Float.BYTES;
      ScalarScratch.load(q, at + bytes, s.offsetSegment, n);
      ScalarScratch.load(noise, noiseAt + bytes, s.valuesSegment, n);
      score(s.offset, max, factor, s.values, n);
      ScalarScratch.store(s.offsetSegment, noise, noiseAt + bytes, n);
    }
  }

  private static void negate(double[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = (float) -from[i];
    }
  }

  private static void score(float[] q, float max, float factor, float[] noise, int count) {
    for (int i = 0; i < count; i++) {
      q[i] = Math.fma(q[i] - max, factor, noise[i]);
    }
  }
}
