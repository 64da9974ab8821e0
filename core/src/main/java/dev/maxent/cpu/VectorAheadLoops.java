package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

/**
 * Maximum and sum of plain rows of four vectors, with the maxima that the loops take of rows ahead
 * kept in the block until their turn.
 */
final class VectorAheadLoops {
  /** Columns of rows of four vectors. */
  static final int QUAD = 4 * LANES;

  static final long QUAD_BYTES = 4L * QUAD;

  /** Rows whose maxima are taken ahead at a time: read from memory, more take longer. */
  private static final int GROUP = 16;

  /** How many blocks behind one with −∞ are not tried. */
  static final int CAREFUL_BLOCKS = 15;

  private final Apart maximaOfQuads = Apart.of(VectorAhead.class, "maximaOfQuads");
  private final Apart shares = Apart.of(VectorQuads.class, "shares");
  private final Apart sumOfRows = Apart.of(VectorSweeps.class, "sumOfRows");
  private final Apart sumsOfQuads = Apart.of(VectorAhead.class, "sumsOfQuads");
  private final Apart reduceMaximum = Apart.of(VectorLanes.class, "maximum");
  private final Apart reduceSum = Apart.of(VectorLanes.class, "sum");

  /** Sets the maxima of rows of four vectors if a loop has taken them ahead. */
  boolean knowsMaxima(long from, Block b) {
    if (b.aheadOf != from) {
      return false;
    }
    reduceMaximum.run(b.lanesAhead, 0, b, 0, b.rows);
    return true;
  }

  /**
   * Where rows of four vectors lie whose maxima are taken next to a block: those behind it, or for
   * nothing the block itself.
   */
  static long goOn(long from, Block b) {
    long next = from + b.rows * QUAD_BYTES;
    b.aheadOf = b.following >= b.rows ? next : 0;
    return b.aheadOf == 0 ? from : next;
  }

  /**
   * Whether a block is summed by loops that do not take −∞; else there was some not long before it,
   * and no maxima are taken of what follows.
   */
  static boolean takes(Block b) {
    if (b.careful == 0) {
      return true;
    }
    b.careful--;
    b.aheadOf = 0;
    return false;
  }

  /**
   * Maxima and shares of rows of four vectors, a group at a time, whose maxima are taken beside the
   * shares of the group before.
   */
  void storeShares(long from, Block b, long out) {
    for (int first = 0; first < b.rows; first += GROUP) {
      int rows = Math.min(GROUP, b.rows - first);
      long at = from + first * QUAD_BYTES;
      if (b.aheadOf != at) {
        maximaOfQuads.run(at, QUAD_BYTES, b, 0, rows);
      }
      reduceMaximum.run(b.lanesAhead, 0, b, first, rows);
      int left = b.rows - first - rows;
      boolean goesOn = (left > 0 ? left : b.following) >= rows;
      b.aheadOf = goesOn ? at + rows * QUAD_BYTES : 0;
      storeShares(from, b, out, first, first + rows, goesOn ? from + rows * QUAD_BYTES : from);
    }
  }

  private void storeShares(long from, Block b, long out, int first, int end, long ahead) {
    b.first = first;
    b.end = end;
    shares.run(from, QUAD_BYTES, b, out, ahead);
  }

  /** Shares of rows whose maxima are known. */
  void storeSharesOfKnown(long from, Block b, long out) {
    storeShares(from, b, out, 0, b.rows, from);
  }

  /**
   * Σ e of rows of four vectors with their maxima known, a block of maxima ahead if one follows.
   */
  void sumQuads(long from, Block b) {
    if (!takes(b)) {
      sumQuadsCarefully(from, b);
      return;
    }
    sumsOfQuads.run(from, QUAD_BYTES, b, b.lanes, goOn(from, b));
    reduceSum.run(b.lanes, 0, b, 0, 0);
    if (b.sumIsNaN) {
      // It may come from −∞: then summed again by a loop that takes it, and so are blocks that
      // follow, where there is likely more.
      b.careful = CAREFUL_BLOCKS;
      sumQuadsCarefully(from, b);
    }
  }

  /** The same with −∞ among them, in the same order. */
  private void sumQuadsCarefully(long from, Block b) {
    sumOfRows.run(from, QUAD_BYTES, b, b.lanes, QUAD_BYTES);
    reduceSum.run(b.lanes, 0, b, 0, 0);
  }
}
