package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;

/** Rows to columns: whole blocks by {@link VectorSquares}, the rest by {@link VectorTranspose}. */
final class VectorPanels {
  private static final boolean SQUARES = LANES == VectorSquares.SIDE;
  private final Apart squares = Apart.of(VectorSquares.class, "blocks");
  private final Apart panel =
      Apart.of(VectorTranspose.class, VectorTranspose.POSSIBLE ? "panel" : "panelByElements");

  /**
   * Rows of any length, which are read in whole vectors.
   *
   * @param s as {@link VectorTranspose#panel} has it; changed
   */
  void run(Square s) {
    int whole = SQUARES && s.fromRows == LANES ? s.toRows / LANES * LANES : 0;
    if (whole > 0) {
      s.blocks = whole / LANES;
      s.fromNext = BYTES;
      s.toNext = LANES * s.toStep;
      squares.run(s);
      s.from += whole * 4L;
      s.to += whole * s.toStep;
      s.toRows -= whole;
    }
    if (s.toRows > 0) {
      panel.run(s);
    }
  }
}
