package dev.maxent.cpu;

import static dev.maxent.cpu.VectorLanes.SWAP;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.clamp;
import static dev.maxent.cpu.VectorMath.larger;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.power;
import static dev.maxent.cpu.VectorMath.swapped;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Rows of which a vector holds two or more: 2, 4 or 8 columns, fewer than lanes. */
final class VectorNarrow {
  private VectorNarrow() {}

  static boolean fits(int columns) {
    return columns >= 2 && columns < LANES && LANES % columns == 0;
  }

  /**
   * Maximum and sum of rows of one temperature. The last vector may reach beyond the last row, as
   * {@link VectorMath#load} may; sums have the same order as where a vector holds one row.
   */
  static void maximumAndSum(long q, long columns, Block b, long unused, long alsoUnused) {
    int width = (int) columns;
    int count = b.rows * width;
    float[] maxima = b.wide;
    float[] sums = b.wide2;
    FloatVector octaves = FloatVector.broadcast(FLOATS, b.scale[0]);
    FloatVector lowest = FloatVector.broadcast(FLOATS, b.floor[0]);
    IntVector swap1 = IntVector.fromArray(INTS, SWAP, 0);
    IntVector swap2 = IntVector.fromArray(INTS, SWAP, LANES);
    IntVector swap4 = IntVector.fromArray(INTS, SWAP, LANES > 4 ? 2 * LANES : 0);
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = load(q + i / LANES * BYTES);
      FloatVector max = larger(v, swapped(v, swap1));
      if (width > 2) {
        max = larger(max, swapped(max, swap2));
      }
      if (width > 4) {
        max = larger(max, swapped(max, swap4));
      }
      FloatVector sum = power(clamp(v.sub(max), lowest), octaves);
      sum = sum.add(swapped(sum, swap1));
      if (width > 2) {
        sum = sum.add(swapped(sum, swap2));
      }
      if (width > 4) {
        sum = sum.add(swapped(sum, swap4));
      }
      max.intoArray(maxima, i);
      sum.intoArray(sums, i);
    }
    first(maxima, width, b.max, b.rows);
    first(sums, width, b.sum, b.rows);
  }

  private static void first(float[] wide, int width, float[] out, int rows) {
    for (int r = 0; r < rows; r++) {
      out[r] = wide[r * width];
    }
  }
}
