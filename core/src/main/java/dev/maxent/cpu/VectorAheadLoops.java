package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

/**
 * Maximum and sum of plain rows and of the minimum of two heads, with what the loops find out about
 * rows ahead kept in the block until their turn.
 */
final class VectorAheadLoops {
  /** Columns of rows of four vectors. */
  private static final int QUAD = 4 * LANES;

  private static final long QUAD_BYTES = 4L * QUAD;

  /** How many blocks behind one with −∞ are not tried. */
  private static final int CAREFUL_BLOCKS = 15;

  private final Apart sumOfRows = Apart.of(VectorSweeps.class, "sumOfRows");
  private final Apart firstMaxima = Apart.of(VectorAhead.class, "firstMaxima");
  private final Apart sumsOfRows = Apart.of(VectorAhead.class, "sumsOfRows");
  private final Apart sumsOfQuads = Apart.of(VectorAhead.class, "sumsOfQuads");
  private final Apart leastOfTwins = Apart.of(VectorTwins.class, "least");
  private final Apart sumsOfTwins = Apart.of(VectorTwins.class, "sums");
  private final Apart reduceMaximum = Apart.of(VectorLanes.class, "maximum");
  private final Apart reduceSum = Apart.of(VectorLanes.class, "sum");

  /** Sets the maxima of rows of four vectors if a loop has taken them ahead. */
  boolean knowsMaxima(long from, Block b) {
    if (b.aheadOf != from) {
      return false;
    }
    reduceMaximum.run(b.lanesAhead, 0, b, 0, 0);
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
   * Whether a block is summed with maxima ahead; else by {@link #sumCarefully}, as there was −∞ not
   * long before it, and no maxima are taken of what follows.
   */
  static boolean takes(Block b) {
    if (b.careful == 0) {
      return true;
    }
    b.careful--;
    return false;
  }

  /**
   * Σ e of rows of four vectors with their maxima known, a block of maxima ahead if one follows.
   */
  void sumQuads(long from, Block b) {
    sumsOfQuads.run(from, QUAD_BYTES, b, b.lanes, goOn(from, b));
    finish(from, QUAD_BYTES, b);
  }

  /**
   * Adds lanes. NaN may come from −∞: then the block is summed again by loops that take it, and so
   * are blocks that follow, where there is likely more.
   */
  private void finish(long from, long stride, Block b) {
    reduceSum.run(b.lanes, 0, b, 0, 0);
    if (b.sumIsNaN) {
      b.careful = CAREFUL_BLOCKS;
      sumCarefully(from, stride, b);
    }
  }

  /** Σ e of whole vectors with −∞ among them and their maxima known, in the same order. */
  void sumCarefully(long from, long stride, Block b) {
    sumOfRows.run(from, stride, b, b.lanes, stride);
    reduceSum.run(b.lanes, 0, b, 0, 0);
  }

  /** The minimum of two heads, a block of it ahead where a whole block follows. */
  void sumTwins(long from, Block b) {
    // Minima of this block and of the next take turns.
    long first = b.room(2L * Block.ROWS * QUAD).address();
    long second = first + Block.ROWS * QUAD_BYTES;
    if (b.aheadOf != from) {
      b.leastAt = first;
      leastOfTwins.run(from, QUAD_BYTES, b, first, 0);
    }
    reduceMaximum.run(b.lanesAhead, 0, b, 0, 0);
    long least = b.leastAt;
    if (takes(b) && goOn(from, b) != from) {
      b.leastAt = least == first ? second : first;
      sumsOfTwins.run(least, QUAD_BYTES, b, b.leastAt, b.aheadOf);
      finish(least, QUAD_BYTES, b);
    } else {
      b.aheadOf = 0;
      sumCarefully(least, QUAD_BYTES, b);
    }
  }

  /** Maxima and Σ e of longer rows, some rows of maxima ahead. */
  void sumRows(long from, long stride, Block b) {
    if (b.aheadOf != from) {
      firstMaxima.run(from, stride, b, 0, stride);
    }
    sumsOfRows.run(from, stride, b, b.lanes, stride);
    b.aheadOf = b.following > 0 ? from + b.rows * stride : 0;
    finish(from, stride, b);
  }
}
