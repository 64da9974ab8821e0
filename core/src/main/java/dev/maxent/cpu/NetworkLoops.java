package dev.maxent.cpu;

import dev.maxent.kernel.Activation;
import java.lang.foreign.MemorySegment;

/**
 * The inner loops of networks. Matrices lie in {@link Floats} of the kind that {@link #onHeap}
 * tells, rows {@link Product#stride} floats apart; what lies between a row's last column and the
 * next row is anything. Sums have a fixed order.
 */
interface NetworkLoops {
  /** Rows that are packed at a time: whole panels of B, whatever the vector length. */
  int BLOCK = 64;

  /**
   * Where scratch has to be.
   *
   * @return true for arrays
   */
  boolean onHeap();

  /**
   * Loops over networks that lie side by side in the lanes of vectors.
   *
   * @return the loops, or null if there are none
   */
  default LaneLoops lanes() {
    return null;
  }

  /**
   * C ← init + A B.
   *
   * @param p the matrices
   */
  void product(Product p);

  /**
   * Packs rows of a matrix as columns of B of a product: term k of column c is element (c, k).
   *
   * @param from rows one behind the other
   * @param at byte offset of the matrix
   * @param rows of the matrix, columns of B
   * @param columns of the matrix, terms of the product
   * @param first the first row to pack, a multiple of {@link #BLOCK}
   * @param end behind the last one
   * @param to where B lies
   * @param offset index of its first float; it has padded(rows) · columns of them
   */
  void packTransposed(
      MemorySegment from,
      long at,
      int rows,
      int columns,
      int first,
      int end,
      Floats to,
      long offset);

  /**
   * Packs rows of a matrix as rows of B of a product.
   *
   * @param from rows one behind the other
   * @param at byte offset of the matrix
   * @param rows terms of the product
   * @param columns columns of B
   * @param first the first row to pack
   * @param end behind the last one
   * @param to where B lies
   * @param offset index of its first float; it has rows · padded(columns) of them
   */
  void pack(
      MemorySegment from,
      long at,
      int rows,
      int columns,
      int first,
      int end,
      Floats to,
      long offset);

  /**
   * Rows that lie one behind the other, as rows of scratch.
   *
   * @param from rows
   * @param at byte offset of the first
   * @param rows how many
   * @param columns floats of each
   * @param to where they go
   * @param offset index of the first there
   */
  void load(MemorySegment from, long at, int rows, int columns, Floats to, long offset);

  /**
   * u.block.sum[r] ← Σ h[r] · v for each row, with v at u.vector.
   *
   * @param u at most {@link UnitRows#ROWS} rows, and room for a multiple of four
   */
  void dot(UnitRows u);

  /**
   * v at u.sums ← (u.add: v +) Σ_r δ[r][u.column] h[r].
   *
   * @param u rows
   */
  void sumWeighted(UnitRows u);

  /**
   * h ← f(z) and, but for ReLU, slopes ← f′(z).
   *
   * @param activation f, not the identity
   * @param u rows
   */
  void activate(Activation activation, UnitRows u);

  /**
   * δ ← δ · f′(z), from h for ReLU, else from the slopes; v at u.sums ← (u.add: v +) Σ_r δ[r].
   *
   * @param activation f; for the identity only the sums are taken
   * @param u rows
   */
  void multiplySlopes(Activation activation, UnitRows u);

  /**
   * Layer norm: normal ← (z − mean) · scale, scale = 1 / √(variance + ε), z ← gain · normal +
   * shift.
   *
   * @param u rows
   */
  void normalise(UnitRows u);

  /**
   * Back through layer norm, with g = δ · gain: v at u.sums ← (u.add: v +) Σ_r δ[r] · normal[r]; δ
   * ← scale · (g − mean g − normal · mean(g · normal)).
   *
   * @param u rows
   */
  void unnormalise(UnitRows u);

  /**
   * to ← Σ over the parts.
   *
   * @param from where the parts lie
   * @param offset index of the first part's first float
   * @param parts how many
   * @param partStep floats from part to part
   * @param rows how many rows to copy, one behind the other
   * @param columns floats of each
   * @param rowStep floats from row to row in a part
   * @param to where the sums go
   * @param at byte offset there
   */
  void sumParts(
      Floats from,
      long offset,
      int parts,
      long partStep,
      int rows,
      int columns,
      int rowStep,
      MemorySegment to,
      long at);

  /**
   * Σ x², to a few float32 roundings at most.
   *
   * @param x floats
   * @param at byte offset of the first
   * @param count how many
   * @return the sum
   */
  double sumOfSquares(MemorySegment x, long at, int count);
}
