package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;

import java.lang.foreign.ValueLayout;

/**
 * The loops of {@link VectorSteinLanes}, each called apart, or with 32 registers those of {@link
 * VectorSteinPairs}.
 */
final class VectorSteinLaneLoops implements SteinLaneLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final boolean PAIRS = VectorMath.MANY_REGISTERS;

  private final Apart block = Apart.of(VectorTranspose.class, "block");
  private final Apart blocks = Apart.of(VectorSquares.class, "blocks");
  private final Apart largest = Apart.of(VectorSteinLanes.class, "largest");
  private final Apart squares =
      Apart.of(PAIRS ? VectorSteinPairs.class : VectorSteinLanes.class, "squares");
  private final Apart begin = Apart.of(VectorSteinRanks.class, "begin");
  private final Apart count = Apart.of(VectorSteinRanks.class, "count");
  private final Apart narrow = Apart.of(VectorSteinRanks.class, "narrow");
  private final Apart finish = Apart.of(VectorSteinRanks.class, "finish");
  private final Apart kernels =
      Apart.of(PAIRS ? VectorSteinPairs.class : VectorSteinLanes.class, "kernels");
  private final Apart sums = Apart.of(VectorSteinPairs.class, "sums");
  private final Apart squaresOfRest = Apart.of(VectorSteinRest.class, "squares");
  private final Apart sumsOfRest = Apart.of(VectorSteinRest.class, "sums");
  private final Apart sumsOfFour = Apart.of(VectorSteinLanes.class, "sumsOfFour");
  private final Apart sumsOfOne = Apart.of(VectorSteinLanes.class, "sumsOfOne");

  @Override
  public int lanes() {
    return LANES;
  }

  /** A kernel matrix, times the lanes, should fit in the cache, or half of one. */
  @Override
  public int mostParticles() {
    return PAIRS ? 100 : 40;
  }

  /** Pairs' kernels take the place of their squares, but for a spare row. */
  @Override
  public int kernels(int n) {
    return PAIRS ? 1 : n * n;
  }

  @Override
  public void pack(SteinLanes b, long from, long to) {
    int columns = b.n * b.d;
    if (columns < LANES || !VectorTranspose.POSSIBLE) {
      packFew(b, from, to);
      largestOf(b, to);
      return;
    }
    b.from = from;
    b.fromStep = columns * 4L;
    b.fromRows = b.states;
    b.fromNext = BYTES;
    b.to = to;
    b.toStep = BYTES;
    b.toRows = LANES;
    b.toNext = LANES * BYTES;
    transpose(b, columns, to);
  }

  /** Blocks of columns, which also look at the rows; the last may overlap the one before. */
  private void transpose(SteinLanes b, int columns, long rows) {
    b.most = 0;
    long fromEnd = b.from + (columns - LANES) * (b.fromNext / LANES);
    long toEnd = b.to + (columns - LANES) * (b.toNext / LANES);
    b.blocks = columns / LANES;
    transposeBlocks(b);
    if (columns % LANES > 0) {
      b.blocks = 1;
      b.from = fromEnd;
      b.to = toEnd;
      transposeBlocks(b);
    }
    if (!wholeSquares(b)) {
      largestOf(b, rows);
    }
  }

  private static boolean wholeSquares(SteinLanes b) {
    return LANES == VectorSquares.SIDE && b.states == LANES;
  }

  private void largestOf(SteinLanes b, long rows) {
    b.rowsAt = rows;
    largest.run(b);
  }

  private void transposeBlocks(SteinLanes b) {
    if (wholeSquares(b)) {
      blocks.run((Square) b);
      return;
    }
    for (int k = 0; k < b.blocks; k++) {
      block.run((Square) b);
      b.from += b.fromNext;
      b.to += b.toNext;
    }
  }

  /** Lanes beyond the last state have its numbers once more. */
  private static void packFew(SteinLanes b, long from, long to) {
    int columns = b.n * b.d;
    for (int state = 0; state < LANES; state++) {
      long at = from + Math.min(state, b.states - 1) * (columns * 4L);
      for (int column = 0; column < columns; column++) {
        MEMORY.set(REAL, to + column * BYTES + state * 4L, MEMORY.get(REAL, at + column * 4L));
      }
    }
  }

  @Override
  public void unpack(SteinLanes b, long from, long to) {
    int columns = b.n * b.d;
    if (columns < LANES || !VectorTranspose.POSSIBLE) {
      unpackFew(b, from, to);
      largestOf(b, from);
      return;
    }
    b.from = from;
    b.fromStep = BYTES;
    b.fromRows = LANES;
    b.fromNext = LANES * BYTES;
    b.to = to;
    b.toStep = columns * 4L;
    b.toRows = b.states;
    b.toNext = BYTES;
    transpose(b, columns, from);
  }

  private static void unpackFew(SteinLanes b, long from, long to) {
    int columns = b.n * b.d;
    for (int state = 0; state < b.states; state++) {
      long at = to + state * (columns * 4L);
      for (int column = 0; column < columns; column++) {
        MEMORY.set(REAL, at + column * 4L, MEMORY.get(REAL, from + column * BYTES + state * 4L));
      }
    }
  }

  @Override
  public void largest(SteinLanes b) {
    largest.run(b);
  }

  @Override
  public void squares(SteinLanes b) {
    b.rowBytes = BYTES;
    squares.run(b);
    if (PAIRS && b.n % 4 > 0) {
      squaresOfRest.run(b);
    }
  }

  @Override
  public void select(SteinLanes b) {
    begin.run(b);
    while (b.open) {
      count.run(b);
      narrow.run(b);
    }
    finish.run(b);
  }

  @Override
  public void direction(SteinLanes b) {
    kernels.run(b);
    if (PAIRS) {
      sums.run(b);
      if (b.n % 4 > 0) {
        sumsOfRest.run(b);
      }
    } else {
      sumsOfFour.run(b);
      sumsOfOne.run(b);
    }
  }
}
