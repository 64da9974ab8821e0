package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.MemorySegment;

/** Blocks of rows of which a vector holds two or more. */
final class VectorNarrowLoops {
  private final Apart maximumAndSum = Apart.of(VectorNarrow.class, "maximumAndSum");
  private final Apart shares = Apart.of(VectorNarrow.class, "shares");

  /** Whether rows are so narrow, and all have one temperature. */
  static boolean takes(int columns, Block b) {
    return VectorNarrow.fits(columns) && b.hasOneTemperature();
  }

  /** Maxima and Σ e. */
  void sum(long from, int columns, Block b) {
    maximumAndSum.run(from, columns, b, 0, 0);
  }

  /**
   * Maxima, shares and their sums. Vectors that would reach beyond the last row, where another
   * worker's rows may be, go to scratch first.
   */
  void storeShares(long from, int columns, Block b, MemorySegment out, long outAt) {
    int step = VectorNarrow.rows(columns);
    int floats = b.rows * columns;
    int vectors = floats < LANES ? 0 : (floats - LANES) / (step * columns) + 1;
    int whole = vectors * step;
    storeShares(from, columns, b, 0, whole, out.address() + outAt);
    if (whole < b.rows) {
      long done = 4L * whole * columns;
      storeShares(from, columns, b, whole, b.rows, b.lanesAhead - done);
      MemorySegment.copy(VectorMath.MEMORY, b.lanesAhead, out, outAt + done, floats * 4L - done);
    }
  }

  private void storeShares(long from, int columns, Block b, int first, int end, long out) {
    b.first = first;
    b.end = end;
    shares.run(from, columns, b, out, 0);
  }
}
