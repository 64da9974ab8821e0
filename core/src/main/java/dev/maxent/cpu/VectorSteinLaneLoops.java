package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;

import java.lang.foreign.ValueLayout;

/** The loops of {@link VectorSteinLanes}, each called apart. */
final class VectorSteinLaneLoops implements SteinLaneLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Apart block = Apart.of(VectorTranspose.class, "block");
  private final Apart largest = Apart.of(VectorSteinLanes.class, "largest");
  private final Apart squares = Apart.of(VectorSteinLanes.class, "squares");
  private final Apart begin = Apart.of(VectorSteinRanks.class, "begin");
  private final Apart count = Apart.of(VectorSteinRanks.class, "count");
  private final Apart narrow = Apart.of(VectorSteinRanks.class, "narrow");
  private final Apart finish = Apart.of(VectorSteinRanks.class, "finish");
  private final Apart kernels = Apart.of(VectorSteinLanes.class, "kernels");
  private final Apart sumsOfFour = Apart.of(VectorSteinLanes.class, "sumsOfFour");
  private final Apart sumsOfStates = Apart.of(VectorSteinWide.class, "sumsOfStates");
  private final Apart sumsOfOne = Apart.of(VectorSteinLanes.class, "sumsOfOne");

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void pack(SteinLanes b, long from, long to) {
    int columns = b.n * b.d;
    if (columns < LANES || !VectorTranspose.POSSIBLE) {
      packFew(b, from, to);
      return;
    }
    b.fromStep = columns * 4L;
    b.fromRows = b.states;
    b.toStep = BYTES;
    b.toRows = LANES;
    for (int column = 0; column < columns; column += LANES) {
      // The last block may overlap the one before.
      int first = Math.min(column, columns - LANES);
      b.from = from + first * 4L;
      b.to = to + first * BYTES;
      block.run((Square) b);
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
      return;
    }
    b.fromStep = BYTES;
    b.fromRows = LANES;
    b.toStep = columns * 4L;
    b.toRows = b.states;
    for (int column = 0; column < columns; column += LANES) {
      int first = Math.min(column, columns - LANES);
      b.from = from + first * BYTES;
      b.to = to + first * 4L;
      block.run((Square) b);
    }
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
    squares.run(b);
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
    int wide = VectorSteinWide.coordinates(b.d);
    if (wide > 0) {
      sumsOfStates.run(b);
    }
    if (wide < b.d) {
      sumsOfFour.run(b);
    }
    sumsOfOne.run(b);
  }
}
