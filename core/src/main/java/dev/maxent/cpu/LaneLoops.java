package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/** Loops over small networks of one shape, as many as a vector has lanes; all off-heap. */
interface LaneLoops {
  /**
   * How many networks lie side by side.
   *
   * @return floats of a vector
   */
  int lanes();

  /**
   * C ← init + A B, with a vector for each element.
   *
   * @param p the matrices
   */
  void product(LaneProduct p);

  /**
   * Gradient by the outputs and the sum of the costs, of each lane.
   *
   * @param loss outputs and targets
   */
  void loss(LaneLoss loss);

  /**
   * Rows, one network's each, to vectors: column c of all rows becomes vector c.
   *
   * @param from where the rows lie
   * @param at byte offset of the first
   * @param step bytes from row to row
   * @param rows up to the number of lanes; what lanes without a row hold is unspecified
   * @param columns floats of each
   * @param to address of the first vector
   */
  void gather(MemorySegment from, long at, long step, int rows, int columns, long to);

  /**
   * Vectors to rows; nothing else is written.
   *
   * @param from address of the first vector
   * @param columns how many vectors
   * @param to address of the first row
   * @param step bytes from row to row
   * @param rows how many are wanted, up to the number of lanes
   */
  void scatter(long from, int columns, long to, long step, int rows);

  /**
   * Σ x² of each lane, to a few float32 roundings; NaN where they have to be taken again with care.
   *
   * @param from address of the first vector
   * @param count how many
   * @param to where the sums go
   * @param first index of the first lane's
   * @param networks how many lanes
   */
  void squares(long from, int count, double[] to, int first, int networks);

  /**
   * Floats to vectors that hold them in each lane.
   *
   * @param from where they lie
   * @param at byte offset of the first
   * @param count how many
   * @param to address of the first vector
   */
  void spread(MemorySegment from, long at, int count, long to);

  /**
   * A matrix of vectors with rows and columns exchanged.
   *
   * @param from address of the first vector
   * @param rows of the matrix
   * @param columns of the matrix
   * @param to address of the first vector of the other
   */
  void turn(long from, int rows, int columns, long to);
}
