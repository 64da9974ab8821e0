package dev.maxent.cpu;

/** The loops of the Stein direction on small states, one to a lane of a vector. */
interface SteinLaneLoops {
  /**
   * How many states at once.
   *
   * @return lanes of a vector
   */
  int lanes();

  /**
   * With more particles these loops are no quicker than others.
   *
   * @return at most 128, whose pairs {@link SteinBlock#FEW} holds
   */
  int mostParticles();

  /**
   * How many rows the kernel matrix takes, beside the squared distances.
   *
   * @param n particles
   * @return rows
   */
  int kernels(int n);

  /**
   * Rows ← coordinates: row c has coordinate c of each state.
   *
   * @param b how many states and coordinates; most out
   * @param from address of the first state's
   * @param to address of the first row
   */
  void pack(SteinLanes b, long from, long to);

  /**
   * The way back.
   *
   * @param b how many states and coordinates; most out
   * @param from address of the first row
   * @param to address of the first state's coordinates
   */
  void unpack(SteinLanes b, long from, long to);

  /**
   * The largest bits without their sign of each lane, in some rows, and of all lanes.
   *
   * @param b rows; largest and most out
   */
  void largest(SteinLanes b);

  /**
   * Squared distances of all pairs, in some order.
   *
   * @param b particles; squares out
   */
  void squares(SteinLanes b);

  /**
   * The elements of each lane at b.rank and the next, among the squares.
   *
   * @param b squares and rank; low and high out
   */
  void select(SteinLanes b);

  /**
   * The direction from the squared distances, which may be overwritten.
   *
   * @param b particles, scores, squares and the kernel's numbers; sums out
   */
  void direction(SteinLanes b);
}
