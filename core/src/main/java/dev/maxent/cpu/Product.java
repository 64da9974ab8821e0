package dev.maxent.cpu;

/**
 * A product of matrices, C ← init + A B with numbers below a floor raised to it; NaN stays. Offsets
 * and steps count floats. A row or a column beyond the matrix may be computed as well, so there is
 * room for whole groups of rows and whole vectors, and what they hold does not matter.
 */
final class Product {
  /** Rows that are computed together. */
  static final int GROUP = 8;

  /** What columns and strides are a multiple of: the longest vector. */
  static final int VECTOR = 16;

  /** A: element (r, k) is at a + r aRow + k aStep; one of the two is 1. */
  Floats aIn;

  long a;
  long aRow;
  long aStep;
  int rows;

  /**
   * B: as {@link NetworkLoops#packTransposed} left it if bStep is 0, else element (k, c) is at b +
   * k bStep + c.
   */
  Floats bIn;

  long b;
  long bStep;

  /** Columns of B and C, a multiple of {@link #VECTOR}. */
  int columns;

  /** Terms of each sum. */
  int depth;

  /** What is added: row r is at init + r initRow, which is 0 if all rows share one. */
  Floats initIn;

  long init;
  long initRow;

  /** The result. */
  Floats cIn;

  long c;
  long cRow;

  /** Smaller results become this; −∞ for none. */
  float floor;

  // A panel of columns and some rows of it, for the vector loops: addresses and bytes.
  long aAt;
  long aRowBytes;
  long aStepBytes;
  long bAt;
  long bStepBytes;
  long initAt;
  long initRowBytes;
  long cAt;
  long cRowBytes;
  int tileRows;

  /** A multiple of {@link #VECTOR} that holds a width. */
  static int padded(int width) {
    return (width + VECTOR - 1) / VECTOR * VECTOR;
  }

  /**
   * Floats from row to row of a matrix with so many columns: an odd number of vectors, so that rows
   * do not fall into the same few sets of the cache.
   */
  static int stride(int width) {
    return padded(width) / VECTOR % 2 == 0 ? padded(width) + VECTOR : padded(width);
  }

  /** A multiple of {@link #GROUP} that holds so many rows. */
  static int group(int rows) {
    return (rows + GROUP - 1) / GROUP * GROUP;
  }
}
