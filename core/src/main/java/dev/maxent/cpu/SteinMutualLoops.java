package dev.maxent.cpu;

/**
 * The loops of the direction with the RBF kernel where targets are the sources: k(x, y) is k(y, x),
 * so each pair's serves both. Particles, scores over the slope and sums lie in tiles.
 */
interface SteinMutualLoops {
  /**
   * Particles of a tile.
   *
   * @return a multiple of the lanes of a vector
   */
  int width();

  /**
   * Floats that the tiles of a state take.
   *
   * @param n particles
   * @param d coordinates
   * @return a multiple of a tile's
   */
  long floats(int n, int d);

  /**
   * Prepares a worker's scratch.
   *
   * @param b the state and its tiles
   */
  void open(SteinBlock b);

  /**
   * Fills some tiles, and adds the terms of all pairs within.
   *
   * @param b the state
   * @param first the first tile
   * @param end behind the last, at most {@link #MOST_TILES} further
   */
  void start(SteinBlock b, int first, int end);

  /**
   * Adds the terms of all pairs of one particle here and one there to the sums here; the others
   * stay in the scratch until {@link #settle}.
   *
   * @param b the state
   * @param first the first tile here
   * @param end behind the last
   * @param firstThere the first tile there, not before end
   * @param endThere behind the last, at most {@link #MOST_TILES} further
   */
  void meet(SteinBlock b, int first, int end, int firstThere, int endThere);

  /**
   * Adds what {@link #meet} left to the sums there.
   *
   * @param b the state
   * @param firstThere the first tile there
   * @param endThere behind the last
   */
  void settle(SteinBlock b, int firstThere, int endThere);

  /** Tiles whose sums a worker keeps apart. */
  int MOST_TILES = 4;

  /**
   * out ← φ of some tiles.
   *
   * @param b the state
   * @param first the first tile
   * @param end behind the last
   */
  void finish(SteinBlock b, int first, int end);
}
