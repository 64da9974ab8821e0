package dev.maxent.cpu;

/**
 * C ← init + A B of as many small matrices as a vector has lanes, one to a lane: each element is a
 * vector. Addresses of the first elements, and bytes from row to row and so on.
 */
final class LaneProduct {
  int rows;
  int columns;
  int depth;

  long aAt;
  long aRow;
  long aStep;

  long bAt;
  long bStep;
  long bColumn;

  long initAt;
  long initRow;
  long initColumn;

  long cAt;
  long cRow;
  long cColumn;

  /** Whether what is below 0 becomes 0. */
  boolean rectify;

  /**
   * 0, or else what was ≤ 0 in C becomes 0, init is 0, and this is room for a matrix that lies as C
   * does. Where C was NaN the product has to be, too.
   */
  long roomAt;
}
