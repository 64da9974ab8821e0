package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarUnshiftedTest {
  private static final int ROWS = 64;
  private static final double ALPHA = 0.7;

  /** A row must not show whether others of its piece are near 0, far away or no numbers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 33, 64, 130, 1000})
  void rowsDoNotShowTheirNeighbours(int columns) {
    SplittableRandom random = new SplittableRandom(columns);
    float[] q = new float[ROWS * columns];
    int near = 0;
    try (Arena arena = Arena.ofConfined();
        Block block = new Block()) {
      MemorySegment rows = arena.allocate(ValueLayout.JAVA_FLOAT, q.length);
      for (int r = 0; r < ROWS; r++) {
        double size = r % 4 == 0 ? 1000 : r % 4 == 1 ? 69.3 * ALPHA : 5;
        for (int k = 0; k < columns; k++) {
          q[r * columns + k] = (float) (size * (2 * random.nextDouble() - 1));
        }
        if (r % 8 == 6) {
          q[r * columns] = r < 32 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
      }
      MemorySegment.copy(q, 0, rows, ValueLayout.JAVA_FLOAT, 0, q.length);
      ScalarLoops loops = new ScalarLoops();
      sum(loops, rows, columns, block, ROWS);
      float[] max = block.max.clone();
      float[] sum = block.sum.clone();
      for (int r = 0; r < ROWS; r++) {
        sum(loops, rows.asSlice(4L * r * columns), columns, block, 1);
        assertSame(sum[r], block.sum[0]);
        if (Float.isNaN(sum[r])) {
          continue;
        }
        assertSame(max[r], block.max[0]);
        near += max[r] == 0 ? 1 : 0;
        double exact = 0;
        for (int k = 0; k < columns; k++) {
          exact += Math.exp(((double) q[r * columns + k] - max[r]) / ALPHA);
        }
        // Counted from a maximum, an exponent of some hundred is rounded as well.
        double most = max[r] == 0 ? 0x1p-22 : 0x1p-15;
        assertTrue(Math.abs(sum[r] - exact) <= most * exact, () -> "of " + columns);
      }
    }
    assertTrue(near >= ROWS / 2, "rows near 0: " + near);
  }

  private static void sum(Loops loops, MemorySegment q, int columns, Block block, int rows) {
    block.rows = rows;
    block.setAlpha(ALPHA);
    loops.maximumAndSumExp(q, 0, columns, block);
  }

  private static void assertSame(float expected, float actual) {
    assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual));
  }
}
