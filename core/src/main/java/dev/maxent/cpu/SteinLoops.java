package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of SVGD on one state, whose arrays and numbers a {@link SteinBlock} holds. All
 * numbers are finite and small enough for their squares. Sums have a fixed order.
 */
interface SteinLoops {
  /** Sources whose terms are added up in one chain; the sums of such stretches are added next. */
  int STRETCH = 256;

  /** Sources of a group, the grain of {@link #count}. */
  int GROUP = 16;

  /**
   * Loops on many small states at once.
   *
   * @return them, or null where there are none
   */
  SteinLaneLoops lanes();

  /**
   * Loops on particles that are both sources and targets.
   *
   * @return them, or null where there are none
   */
  SteinMutualLoops mutual();

  /**
   * Targets of a tile.
   *
   * @return a positive number
   */
  int width();

  /**
   * out ← φ of some targets.
   *
   * @param b the state
   * @param first the first target
   * @param count how many, at most {@link #width}
   */
  void direction(SteinBlock b, int first, int count);

  /**
   * Σ u(x, x′) over all x and some x′, with x as source and target.
   *
   * @param b the state
   * @param first the first x′
   * @param count how many, at most {@link #width}
   * @return the sum
   */
  double discrepancy(SteinBlock b, int first, int count);

  /**
   * b.values ← the squared distances: of all pairs, or from each source to each target; b.kept ←
   * how many.
   *
   * @param b the state, transposed, with few distances
   */
  void squares(SteinBlock b);

  /**
   * Prepares {@link #squares} and {@link #count}.
   *
   * @param b the state; transposed out
   */
  void transpose(SteinBlock b);

  /** Pairs that {@link #survey} draws at a time: as many as find room behind what is kept. */
  int DRAWN = 1024;

  /**
   * b.values ← squared distances of pseudo-random pairs.
   *
   * @param b the state, transposed, with room for the values
   * @param count how many
   */
  void sample(SteinBlock b, int count);

  /**
   * Counts squared distances of pseudo-random pairs as {@link #count} does, {@link #DRAWN} of them
   * for a piece; b.belowSquared += the square of what each piece adds to b.below.
   *
   * @param b the state, transposed, whose pairs count once
   * @param first the first piece
   * @param end behind the last
   */
  void survey(SteinBlock b, int first, int end);

  /** 64 random bits for the i-th pair: Steele, Lea and Flood's SplitMix64. */
  static long pairBits(int i) {
    long z = (i + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A source, by the higher half of some bits. */
  static long source(SteinBlock b, long bits) {
    return ((bits >>> 32) * b.n) >>> 32;
  }

  /** A target by the lower half, and another particle than the source where pairs count once. */
  static long target(SteinBlock b, long bits) {
    long low = bits & 0xffffffffL;
    if (!b.pairs) {
      return (low * b.m) >>> 32;
    }
    long other = (low * (b.n - 1)) >>> 32;
    return other >= source(b, bits) ? other + 1 : other;
  }

  /**
   * Counts squared distances of some sources: b.below += those up to b.from, b.inside += those
   * above it and up to b.to, of which those of the sources of every b.thin-th group are appended to
   * b.values, b.most in all, b.above ← the least above b.to or what it was.
   *
   * @param b the state, transposed
   * @param first the first group
   * @param end behind the last group
   */
  void count(SteinBlock b, int first, int end);

  /**
   * b.low and b.high ← the elements at b.rank and the next in the order of the b.kept values; high
   * is anything where there is none. With b.spend the values may be gone.
   *
   * @param b the state; 0 ≤ rank &lt; kept
   */
  void select(SteinBlock b);

  /**
   * The largest bits without their sign: those of the largest magnitude, larger for NaN.
   *
   * @param values floats
   * @param at byte offset of the first
   * @param count how many
   * @return bits of a float
   */
  int largest(MemorySegment values, long at, int count);
}
