package dev.maxent.cpu;

import static dev.maxent.cpu.VectorAheadLoops.QUAD;
import static dev.maxent.cpu.VectorAheadLoops.QUAD_BYTES;
import static dev.maxent.cpu.VectorMath.BYTES;

import java.util.Arrays;

/**
 * Sums of rows and of the minimum of two heads, counted from powers of two: without their maxima
 * where a block's rows are near their first columns, else from powers near maxima. A row has the
 * same bits by either way.
 */
final class VectorUnshiftedLoops {
  /** How many blocks behind one that is not near are not tried. */
  private static final int SHIFTED_BLOCKS = 63;

  /** A sum from here on has all terms that are within 2⁻⁶⁷ of it, however it is counted. */
  private static final float SMALL = 0x1p-60f;

  private final Apart sumsOfRows = Apart.of(VectorUnshifted.class, "sumsOfRows");
  private final Apart sumsOfQuads = Apart.of(VectorUnshifted.class, "sumsOfQuads");
  private final Apart sumsOfPadded = Apart.of(VectorPadded.class, "sumsOfRows");
  private final Apart sumsOfMasked = Apart.of(VectorMasked.class, "sumsOfRows");
  private final Apart sumsOfTwins = Apart.of(VectorUnshifted.class, "sumsOfTwins");
  private final Apart sumCarefully = Apart.of(VectorUnshifted.class, "sumCarefully");
  private final Apart firstMaxima = Apart.of(VectorAhead.class, "firstMaxima");
  private final Apart sumsAhead = Apart.of(VectorAhead.class, "sumsOfRows");
  private final Apart twinsAhead = Apart.of(VectorTwins.class, "sums");
  private final Apart leastOfTwins = Apart.of(VectorTwins.class, "least");
  private final Apart reduceMaximum = Apart.of(VectorLanes.class, "maximum");
  private final Apart reduceSum = Apart.of(VectorLanes.class, "sum");

  /** Σ e of rows without their maxima; false if this block needs them. */
  boolean sumRows(long from, long stride, Block b) {
    if (stride == QUAD_BYTES) {
      return sum(sumsOfQuads, from, stride, b);
    }
    return sum(stride % BYTES == 0 ? sumsOfRows : sumsOfPadded, from, stride, b);
  }

  /** The same of rows with a mask, where they are, or else put together, from near maxima. */
  void sumMasked(StagedRows rows, Loops loops) {
    if (!sumMasked(rows)) {
      Block b = rows.block;
      b.careful = Math.max(0, b.careful - 1);
      loops.staging().admit(rows);
      loops.maximum(rows.out, 0, rows.columns, b);
      b.countEmptyFromZero();
      sumKnown(rows.out.address(), rows.rowStep(), b);
      b.emptyAgain();
    }
  }

  private boolean sumMasked(StagedRows rows) {
    Block b = rows.block;
    if (isNotTried(b, rows.rowStep())) {
      return false;
    }
    sumsOfMasked.run(rows);
    if (!addNear(b)) {
      return false;
    }
    for (int r = 0; r < b.rows; r++) {
      if (b.sum[r] < SMALL) {
        if (b.sum[r] != 0 || !rows.isEmpty(r)) {
          b.shifted = SHIFTED_BLOCKS;
          return false;
        }
        b.max[r] = Float.NEGATIVE_INFINITY;
      }
    }
    return true;
  }

  private boolean sum(Apart loop, long from, long stride, Block b) {
    if (isNotTried(b, stride)) {
      return false;
    }
    loop.run(from, stride, b, b.lanes, stride);
    return addNear(b);
  }

  private static boolean isNotTried(Block b, long stride) {
    if (VectorUnshifted.isFromMaximum(b, stride) || b.careful > 0) {
      return true;
    }
    if (b.shifted > 0) {
      b.shifted--;
      return true;
    }
    return false;
  }

  /** Adds the lanes of rows that are near and not NaN. */
  private boolean addNear(Block b) {
    if (!b.isNear) {
      b.shifted = SHIFTED_BLOCKS;
      return false;
    }
    reduceSum.run(b.lanes, 0, b, 0, 0);
    if (b.sumIsNaN) {
      // It may come from −∞, which the careful loop takes, and there is likely more.
      b.careful = VectorAheadLoops.CAREFUL_BLOCKS;
      return false;
    }
    Arrays.fill(b.max, 0, b.rows, 0);
    return true;
  }

  /** Maxima and Σ e of rows of whole vectors, some rows of maxima ahead. */
  void sumAhead(long from, long stride, Block b) {
    if (b.aheadOf != from) {
      firstMaxima.run(from, stride, b, 0, stride);
    }
    sumsAhead.run(from, stride, b, b.lanes, stride);
    b.aheadOf = b.following > 0 ? from + b.rows * stride : 0;
    addOrSumCarefully(from, stride, b);
  }

  private void addOrSumCarefully(long from, long stride, Block b) {
    reduceSum.run(b.lanes, 0, b, 0, 0);
    if (b.sumIsNaN) {
      b.careful = VectorAheadLoops.CAREFUL_BLOCKS;
      sumCarefully(from, stride, b);
    }
  }

  /** Σ e of rows whose maxima are known and that may hold −∞. */
  void sumKnown(long from, long stride, Block b) {
    if (!VectorUnshifted.isFromMaximum(b, stride)) {
      VectorUnshifted.countFromOctaves(b);
    }
    sumCarefully(from, stride, b);
  }

  private void sumCarefully(long from, long stride, Block b) {
    sumCarefully.run(from, stride, b, b.lanes, stride);
    reduceSum.run(b.lanes, 0, b, 0, 0);
  }

  /** Σ e of the minimum of two heads: where maxima are needed, a block of it ahead. */
  void sumTwins(long from, Block b) {
    if (sum(sumsOfTwins, from, QUAD_BYTES, b)) {
      return;
    }
    // Minima of this block and of the next take turns.
    long first = b.room(2L * Block.ROWS * QUAD).address();
    long second = first + Block.ROWS * QUAD_BYTES;
    if (b.aheadOf != from) {
      b.leastAt = first;
      leastOfTwins.run(from, QUAD_BYTES, b, first, 0);
    }
    reduceMaximum.run(b.lanesAhead, 0, b, 0, b.rows);
    long least = b.leastAt;
    if (VectorAheadLoops.takes(b) && VectorAheadLoops.goOn(from, b) != from) {
      VectorUnshifted.countFromOctaves(b);
      b.leastAt = least == first ? second : first;
      twinsAhead.run(least, QUAD_BYTES, b, b.leastAt, b.aheadOf);
      addOrSumCarefully(least, QUAD_BYTES, b);
    } else {
      sumKnown(least, QUAD_BYTES, b);
    }
  }
}
