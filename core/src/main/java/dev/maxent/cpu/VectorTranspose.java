package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Square blocks, as wide as a vector has lanes, with rows and columns exchanged. */
final class VectorTranspose {
  /** Whether the number of lanes is a power of four, which {@link #block} needs. */
  static final boolean POSSIBLE = (LANES & 0x55555555) != 0;

  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

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
      IntVector farLow = low(lane, 2 * q);
      IntVector farHigh = farLow.lanewise(VectorOperators.XOR, 2 * q);
      IntVector nearLow = low(lane, q);
      IntVector nearHigh = nearLow.lanewise(VectorOperators.XOR, q);
      boolean first = q == LANES / 4;
      boolean last = q == 1;
      int step = first ? 1 : 4 * q;
      for (int g = 0; g < LANES / 4; g++) {
        int r = g * step;
        IntVector w0 = loadInts(first ? source(b, r) : b.scratchAt + r * BYTES);
        IntVector w1 = loadInts(first ? source(b, r + q) : b.scratchAt + (r + q) * BYTES);
        IntVector w2 = loadInts(first ? source(b, r + 2 * q) : b.scratchAt + (r + 2 * q) * BYTES);
        IntVector w3 = loadInts(first ? source(b, r + 3 * q) : b.scratchAt + (r + 3 * q) * BYTES);
        IntVector u0 = farLow.selectFrom(w0, w2);
        IntVector u1 = farLow.selectFrom(w1, w3);
        IntVector u2 = farHigh.selectFrom(w0, w2);
        IntVector u3 = farHigh.selectFrom(w1, w3);
        store(nearLow.selectFrom(u0, u1), target(b, r, last));
        store(nearHigh.selectFrom(u0, u1), target(b, r + q, last));
        store(nearLow.selectFrom(u2, u3), target(b, r + 2 * q, last));
        store(nearHigh.selectFrom(u2, u3), target(b, r + 3 * q, last));
      }
    }
  }

  /** For each lane whose bit is 0 itself, else the lane without the bit in a second vector. */
  static IntVector low(IntVector lane, int bit) {
    VectorMask<Integer> set = lane.and(bit).compare(VectorOperators.NE, 0);
    return lane.blend(lane.sub(bit).add(LANES), set);
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

  /** The same where the number of lanes does not suit blocks. */
  static void panelByElements(Square b) {
    for (int r = 0; r < b.fromRows; r++) {
      long from = b.from + r * b.fromStep;
      long to = b.to + r * 4L;
      for (int k = 0; k < b.toRows; k++) {
        MEMORY.set(REAL, to + k * b.toStep, MEMORY.get(REAL, from + k * 4L));
      }
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
