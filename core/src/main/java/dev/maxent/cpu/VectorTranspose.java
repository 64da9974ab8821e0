package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Square blocks, as wide as a vector has lanes, with rows and columns exchanged. */
final class VectorTranspose {
  /** Whether the number of lanes is a power of four, which {@link #block} needs. */
  static final boolean POSSIBLE = (LANES & 0x55555555) != 0;

  private VectorTranspose() {}

  /**
   * Rows of a vector each from one place to another. In stage h = lanes/2 … 2, 1 the rows r and r +
   * h exchange those lanes in whose number bit h differs from that in the row's: what was at (row,
   * lane) has then the two bits swapped. Two stages at a time, in registers, on four rows.
   *
   * @param b from, its stride and its rows (the last stands for all behind it); to, its stride and
   *     its rows (others are not written); scratch of a block
   */
  static void block(Square b) {
    IntVector lane = IntVector.broadcast(INTS, 0).addIndex(1);
    for (int q = LANES / 4; q > 0; q >>= 2) {
      IntVector far = lane.lanewise(VectorOperators.XOR, 2 * q);
      IntVector near = lane.lanewise(VectorOperators.XOR, q);
      VectorMask<Integer> farSet = lane.and(2 * q).compare(VectorOperators.NE, 0);
      VectorMask<Integer> nearSet = lane.and(q).compare(VectorOperators.NE, 0);
      boolean first = q == LANES / 4;
      boolean last = q == 1;
      int step = first ? 1 : 4 * q;
      for (int g = 0; g < LANES / 4; g++) {
        int r = g * step;
        IntVector w0 = loadInts(first ? source(b, r) : b.scratchAt + r * BYTES);
        IntVector w1 = loadInts(first ? source(b, r + q) : b.scratchAt + (r + q) * BYTES);
        IntVector w2 = loadInts(first ? source(b, r + 2 * q) : b.scratchAt + (r + 2 * q) * BYTES);
        IntVector w3 = loadInts(first ? source(b, r + 3 * q) : b.scratchAt + (r + 3 * q) * BYTES);
        IntVector u0 = w0.blend(far.selectFrom(w2), farSet);
        IntVector u1 = w1.blend(far.selectFrom(w3), farSet);
        IntVector u2 = far.selectFrom(w0).blend(w2, farSet);
        IntVector u3 = far.selectFrom(w1).blend(w3, farSet);
        store(u0.blend(near.selectFrom(u1), nearSet), target(b, r, last));
        store(near.selectFrom(u0).blend(u1, nearSet), target(b, r + q, last));
        store(u2.blend(near.selectFrom(u3), nearSet), target(b, r + 2 * q, last));
        store(near.selectFrom(u2).blend(u3, nearSet), target(b, r + 3 * q, last));
      }
    }
  }

  /**
   * Rows of any length, block by block; they are read in whole vectors.
   *
   * @param b as for {@link #block}, with as many rows to write as a row to read has columns
   */
  static void panel(Square b) {
    int columns = b.toRows;
    for (int k = 0; k < columns; k += LANES) {
      b.toRows = Math.min(LANES, columns - k);
      block(b);
      b.from += BYTES;
      b.to += LANES * b.toStep;
    }
  }

  private static long source(Square b, int row) {
    return b.from + Math.min(row, b.fromRows - 1) * b.fromStep;
  }

  /** Rows that nobody wants end in the scratch. */
  private static long target(Square b, int row, boolean last) {
    return last && row < b.toRows ? b.to + row * b.toStep : b.scratchAt + row * BYTES;
  }
}
