package dev.maxent.reference;

/**
 * The generator Philox 4×32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405) and what {@link
 * dev.maxent.kernel.RandomKernels} derives from its words. Everything is static and stateless, so
 * other backends on the host use it for single elements too.
 */
public final class Philox {
  /** Multiplier of the first word pair. */
  public static final int M0 = 0xD2511F53;

  /** Multiplier of the second word pair. */
  public static final int M1 = 0xCD9E8D57;

  /** What the first key word grows by each round: the golden ratio. */
  public static final int W0 = 0x9E3779B9;

  /** What the second key word grows by each round: √3 − 1. */
  public static final int W1 = 0xBB67AE85;

  /** Rounds per block. */
  public static final int ROUNDS = 10;

  /** Rounds of the permutation's Feistel network. */
  public static final int PERMUTATION_ROUNDS = 6;

  private Philox() {}

  /**
   * One block of four words.
   *
   * @param key both key words, the first in the low half: the seed
   * @param high counter words 2 and 3, word 2 in the low half: the number of the draw
   * @param low counter words 0 and 1, word 0 in the low half: the number of the block
   * @param words out: four words
   */
  public static void block(long key, long high, long low, int[] words) {
    int c0 = (int) low;
    int c1 = (int) (low >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(M0) * Integer.toUnsignedLong(c0);
      long product1 = Integer.toUnsignedLong(M1) * Integer.toUnsignedLong(c2);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += W0;
      k1 += W1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
  }

  /**
   * A word as a uniform number in (0, 1).
   *
   * @param word any
   * @return (⌊word / 2⁹⌋ + ½) · 2⁻²³, exact in float32
   */
  public static double uniform(int word) {
    return ((word >>> 9) + 0.5) * 0x1p-23;
  }

  /**
   * A word as an index.
   *
   * @param word any
   * @param bound 1 or more
   * @return ⌊word · bound / 2³²⌋
   */
  public static int index(int word, int bound) {
    return (int) ((Integer.toUnsignedLong(word) * bound) >>> 32);
  }

  /**
   * Half the number of bits of a permutation's domain.
   *
   * @param size elements permuted, 1 or more
   * @return the smallest h ≥ 1 with 4^h ≥ size
   */
  public static int permutationHalfBits(int size) {
    int half = 1;
    while (1L << (2 * half) < size) {
      half++;
    }
    return half;
  }

  /**
   * The element of a permutation at a position: a Feistel network of six rounds on 2h bits, walked
   * until it falls below size.
   *
   * @param keys six words, those that the draw starts with
   * @param half from {@link #permutationHalfBits}
   * @param size elements permuted
   * @param position from 0 to size − 1
   * @return from 0 to size − 1
   */
  public static int permuted(int[] keys, int half, int size, int position) {
    int mask = (1 << half) - 1;
    long x = position;
    do {
      int left = (int) (x >>> half);
      int right = (int) x & mask;
      for (int round = 0; round < PERMUTATION_ROUNDS; round++) {
        int mixed = left ^ (mix(right + keys[round]) & mask);
        left = right;
        right = mixed;
      }
      x = (long) left << half | right;
    } while (x >= size);
    return (int) x;
  }

  /**
   * The 32-bit finaliser of MurmurHash3: a bijection that spreads every bit over all others.
   *
   * @param word any
   * @return its image
   */
  public static int mix(int word) {
    int h = word;
    h ^= h >>> 16;
    h *= 0x85EBCA6B;
    h ^= h >>> 13;
    h *= 0xC2B2AE35;
    h ^= h >>> 16;
    return h;
  }
}
