package dev.maxent.reference;

/**
 * The words of one draw, in order of access: it keeps the block of the last word, so that walking
 * through them computes each block once. Not safe for several threads; allocates nothing after
 * construction.
 */
public final class Draw {
  private final int[] block = new int[4];
  private long seed;
  private long counter;
  private long blockIndex = -1;

  /** The draw with seed 0 and counter 0. */
  public Draw() {}

  /**
   * Turns to another draw.
   *
   * @param newSeed the stream's seed
   * @param newCounter the number of operations that drew before
   * @return this
   */
  public Draw set(long newSeed, long newCounter) {
    seed = newSeed;
    counter = newCounter;
    blockIndex = -1;
    return this;
  }

  /**
   * A word of the draw.
   *
   * @param index 0 or more
   * @return word (index mod 4) of the block index / 4
   */
  public int word(long index) {
    if (index >>> 2 != blockIndex) {
      blockIndex = index >>> 2;
      Philox.block(seed, counter, blockIndex, block);
    }
    return block[(int) (index & 3)];
  }
}
