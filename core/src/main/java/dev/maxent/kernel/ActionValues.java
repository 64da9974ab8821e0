package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * The matrix Q of a batch: one row per state, one column per action or sampled action, with what
 * restricts and weights the columns. Where there are several heads (twin Q, ensembles) every
 * operation uses their element-wise minimum.
 *
 * <p>Build it once and reuse it: it only refers to arrays, and calls allocate nothing.
 *
 * @param q REAL, heads × rows × columns
 * @param heads number of Q heads, 1 or more
 * @param rows number of rows, 0 or more
 * @param columns number of columns, 0 or more
 * @param mask BYTE, rows × columns or one row of columns for all; 0 excludes a column. Null allows
 *     all. An excluded column is never sampled and its Q is never looked at, NaN included
 * @param logWeights REAL, rows × columns or one row of columns for all; log w<sub>k</sub>, −∞
 *     excludes. Null stands for w = 1. With a uniform proposal on the box [−1, 1]<sup>d</sup> and K
 *     samples, log w = d·log 2 − log K
 */
public record ActionValues(
    DeviceArray q, int heads, int rows, int columns, DeviceArray mask, DeviceArray logWeights) {

  /**
   * One head, every column allowed with weight 1.
   *
   * @param q REAL, rows × columns
   * @param rows number of rows
   * @param columns number of columns
   * @return the action values
   */
  public static ActionValues of(DeviceArray q, int rows, int columns) {
    return new ActionValues(q, 1, rows, columns, null, null);
  }

  /**
   * The minimum over several heads.
   *
   * @param newHeads number of heads; q is then heads × rows × columns
   * @return a copy with that many heads
   */
  public ActionValues withHeads(int newHeads) {
    return new ActionValues(q, newHeads, rows, columns, mask, logWeights);
  }

  /**
   * Restricts the columns.
   *
   * @param newMask BYTE, rows × columns or columns
   * @return a copy with that mask
   */
  public ActionValues withMask(DeviceArray newMask) {
    return new ActionValues(q, heads, rows, columns, newMask, logWeights);
  }

  /**
   * Weights the columns.
   *
   * @param newLogWeights REAL, rows × columns or columns
   * @return a copy with those log-weights
   */
  public ActionValues withLogWeights(DeviceArray newLogWeights) {
    return new ActionValues(q, heads, rows, columns, mask, newLogWeights);
  }

  /**
   * Elements of the matrix that operations see.
   *
   * @return rows · columns
   */
  public long size() {
    return (long) rows * columns;
  }
}
