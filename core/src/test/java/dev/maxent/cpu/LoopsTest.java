package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops over rows, of both kinds, against loops over doubles at every width from 1 to 70. */
class LoopsTest extends LoopsFixture {
  private static final int[] ROW_COUNTS = {1, 3, 16, Block.ROWS};
  private static final double[] ALPHAS = {1, 0.1, 30};

  /** Exponentials below it may be anything from 0 to it. */
  private static final double FLUSH = 1e-37;

  /** Rows of Q with their block, and what the loops should see there. */
  private final class Rows implements AutoCloseable {
    final int rows;
    final int columns;
    final Block block = new Block();
    final float[] q;
    final MemorySegment segment;
    final double[] sum;
    final double[] weighted;
    final double[] tolerance;

    Rows(int rows, int columns, boolean withInfinite) {
      this.rows = rows;
      this.columns = columns;
      q = new float[rows * columns];
      for (int i = 0; i < q.length; i++) {
        boolean infinite = withInfinite && i % columns != 0 && random.nextInt(5) == 0;
        q[i] = infinite ? -INF : (float) (3 * random.nextGaussian() + 100 * (i / columns % 3));
      }
      segment = floats(q);
      block.rows = rows;
      sum = new double[rows];
      weighted = new double[rows];
      tolerance = new double[rows];
      for (int r = 0; r < rows; r++) {
        block.setAlpha(r, ALPHAS[r % ALPHAS.length]);
        block.factor[r] = 0.25f + random.nextInt(8);
      }
    }

    float maximum(int r) {
      float max = -INF;
      for (int k = 0; k < columns; k++) {
        max = Math.max(max, q[r * columns + k]);
      }
      return max;
    }

    /** Sets block.max and computes the sums in float64. */
    void prepare() {
      for (int r = 0; r < rows; r++) {
        block.max[r] = maximum(r);
        sum[r] = 0;
        weighted[r] = 0;
        tolerance[r] = 0;
        for (int k = 0; k < columns; k++) {
          double x = octaves(r, k);
          double e = power(r, k);
          sum[r] += e;
          weighted[r] += e == 0 ? 0 : e * x;
          tolerance[r] += e == 0 ? 0 : e * (4 + Math.abs(x) + columns / 4.0);
        }
      }
    }

    double octaves(int r, int k) {
      return ((double) q[r * columns + k] - block.max[r]) * block.scale[r];
    }

    double power(int r, int k) {
      return Math.pow(2, octaves(r, k));
    }

    @Override
    public void close() {
      block.close();
    }
  }

  /** Something to do with rows of each width. */
  private interface Check {
    void run(Rows rows, String what);
  }

  private void everyWidth(Loops loops, boolean withInfinite, Check check) {
    for (int columns = 1; columns <= WIDEST; columns++) {
      for (int count : ROW_COUNTS) {
        run(loops, count, columns, withInfinite, check);
      }
    }
    // Long rows may take another path, up to the widest that callers pass.
    for (int columns : new int[] {127, 128, 129, 513, loops.widestRow()}) {
      run(loops, 3, columns, withInfinite, check);
    }
  }

  private void run(Loops loops, int count, int columns, boolean withInfinite, Check check) {
    try (Rows rows = new Rows(count, columns, withInfinite)) {
      check.run(rows, loops.description() + " " + count + "x" + columns);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void maximum(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          Arrays.fill(rows.q, 0, rows.columns, -INF);
          MemorySegment segment = floats(rows.q);
          loops.maximum(segment, AT * 4L, rows.columns, rows.block);
          for (int r = 0; r < rows.rows; r++) {
            assertEquals(rows.maximum(r), rows.block.max[r], what);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void sumExp(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          rows.prepare();
          loops.sumExp(rows.segment, AT * 4L, rows.columns, rows.block);
          for (int r = 0; r < rows.rows; r++) {
            double tolerance = EPSILON * rows.tolerance[r] + rows.columns * FLUSH;
            assertClose(rows.sum[r], rows.block.sum[r], tolerance, what);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void maximumAndSumExp(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          rows.prepare();
          rows.block.needsMaximum = true;
          loops.maximumAndSumExp(rows.segment, AT * 4L, rows.columns, rows.block);
          float[] sum = rows.block.sum.clone();
          for (int r = 0; r < rows.rows; r++) {
            assertEquals(rows.maximum(r), rows.block.max[r], what);
            double tolerance = EPSILON * rows.tolerance[r] + rows.columns * FLUSH;
            assertClose(rows.sum[r], sum[r], tolerance, what);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void sumExpWeighted(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          rows.prepare();
          loops.sumExpWeighted(rows.segment, AT * 4L, rows.columns, rows.block);
          assertSums(rows, what);
        });
  }

  private static void assertSums(Rows rows, String what) {
    for (int r = 0; r < rows.rows; r++) {
      double tolerance = EPSILON * rows.tolerance[r] + rows.columns * FLUSH;
      assertClose(rows.sum[r], rows.block.sum[r], tolerance, what + " sum");
      double magnitude = 0;
      for (int k = 0; k < rows.columns; k++) {
        double x = Math.abs(rows.octaves(r, k));
        double e = rows.power(r, k);
        magnitude += e == 0 ? 0 : e * x * (5 + x + rows.columns / 4.0);
      }
      // Lanes beyond the row may count with the smallest exponential.
      tolerance = EPSILON * magnitude + 127 * (rows.columns + 16) * FLUSH;
      assertClose(rows.weighted[r], rows.block.weighted[r], tolerance, what + " weighted");
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void storeExp(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          rows.prepare();
          MemorySegment out = floats(new float[rows.q.length]);
          loops.storeExp(rows.segment, AT * 4L, rows.columns, rows.block, out, AT * 4L);
          assertPowers(rows, out, true, what);
        });
  }

  private static void assertPowers(Rows rows, MemorySegment out, boolean scaled, String what) {
    float[] actual = read(out, rows.q.length);
    for (int i = 0; i < actual.length; i++) {
      int r = i / rows.columns;
      double factor = scaled ? rows.block.factor[r] : 1;
      double expected = rows.power(r, i % rows.columns) * factor;
      if (rows.q[i] == -INF) {
        assertEquals(0, actual[i], what);
      } else {
        double x = Math.abs(rows.octaves(r, i % rows.columns));
        assertClose(expected, actual[i], EPSILON * expected * (4 + x) + FLUSH * factor, what);
      }
    }
    assertCanaries(out, actual.length, what);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void storeSumExp(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          rows.prepare();
          MemorySegment out = floats(new float[rows.q.length]);
          loops.storeSumExp(rows.segment, AT * 4L, rows.columns, rows.block, out, AT * 4L);
          assertPowers(rows, out, false, what);
          assertSums(rows, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void multiply(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          loops.multiply(rows.segment, AT * 4L, rows.columns, rows.block);
          float[] expected = new float[rows.q.length];
          for (int i = 0; i < expected.length; i++) {
            expected[i] = rows.q[i] * rows.block.factor[i / rows.columns];
          }
          assertArrayEquals(expected, read(rows.segment, expected.length), what);
          assertCanaries(rows.segment, expected.length, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void storeLog(Loops loops) {
    everyWidth(
        loops,
        true,
        (rows, what) -> {
          rows.prepare();
          Block block = rows.block;
          for (int r = 0; r < rows.rows; r++) {
            block.log[r] = 5 * random.nextDouble();
          }
          MemorySegment out = floats(new float[rows.q.length]);
          loops.storeLog(rows.segment, AT * 4L, rows.columns, block, out, AT * 4L);
          float[] actual = read(out, rows.q.length);
          for (int i = 0; i < actual.length; i++) {
            int r = i / rows.columns;
            double product = ((double) rows.q[i] - block.max[r]) * block.factor[r];
            double tolerance = 3 * EPSILON * (Math.abs(product) + block.log[r]);
            assertClose(product - block.log[r], actual[i], tolerance, what);
          }
          assertCanaries(out, actual.length, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void logarithm(Loops loops) {
    try (Block block = new Block()) {
      for (int rows = 1; rows <= Block.ROWS; rows++) {
        block.rows = rows;
        for (int r = 0; r < rows; r++) {
          // From just above 1, as sums are, to the ends of what is normal.
          double exponent = r % 3 == 0 ? random.nextDouble() * 1e-3 : random.nextDouble(-80, 80);
          block.sum[r] = (float) Math.exp(exponent);
        }
        block.sum[0] = 1;
        loops.logarithm(block);
        for (int r = 0; r < rows; r++) {
          double expected = Math.log(block.sum[r]);
          assertClose(expected, block.log[r], 1e-12, loops.description());
        }
        assertEquals(0, block.log[0]);
      }
    }
  }

  /** A row with NaN has sums that are NaN, by which callers notice it; other rows do not mind. */
  @ParameterizedTest
  @MethodSource("loops")
  void nanShowsInTheSumsOfItsRowOnly(Loops loops) {
    for (int columns = 1; columns <= WIDEST; columns++) {
      for (int place = 0; place < columns; place += Math.max(1, columns / 5)) {
        try (Rows rows = new Rows(5, columns, false)) {
          rows.q[2 * columns + place] = Float.NaN;
          MemorySegment q = floats(rows.q);
          MemorySegment out = floats(new float[rows.q.length]);
          Block block = rows.block;
          String what = loops.description() + " " + columns + " columns, NaN at " + place;
          loops.maximum(q, AT * 4L, columns, block);
          loops.sumExp(q, AT * 4L, columns, block);
          assertOnlyRow2IsNan(block.sum, what);
          loops.sumExpWeighted(q, AT * 4L, columns, block);
          assertOnlyRow2IsNan(block.sum, what);
          assertOnlyRow2IsNan(block.weighted, what);
          loops.storeSumExp(q, AT * 4L, columns, block, out, AT * 4L);
          assertOnlyRow2IsNan(block.sum, what);
          assertEquals(-1, loops.argMax(q, (AT + 2 * columns) * 4L, columns), what);
        }
      }
    }
  }

  private static void assertOnlyRow2IsNan(float[] values, String what) {
    for (int r = 0; r < 5; r++) {
      assertEquals(r == 2, Float.isNaN(values[r]), what + ", row " + r);
    }
  }

  /** In a row with NaN the maximum may be anything, as its sum tells; other rows do not mind. */
  @ParameterizedTest
  @MethodSource("loops")
  void nanDoesNotReachTheMaximumOfOtherRows(Loops loops) {
    for (int columns = 1; columns <= WIDEST; columns++) {
      try (Rows rows = new Rows(3, columns, false)) {
        rows.q[columns + random.nextInt(columns)] = Float.NaN;
        loops.maximum(floats(rows.q), AT * 4L, columns, rows.block);
        assertEquals(rows.maximum(0), rows.block.max[0]);
        assertEquals(rows.maximum(2), rows.block.max[2]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void resultsOfRowsDoNotDependOnTheirBlock(Loops loops) {
    for (int columns = 1; columns <= WIDEST; columns++) {
      try (Rows rows = new Rows(Block.ROWS, columns, true);
          Block alone = new Block()) {
        MemorySegment out = floats(new float[rows.q.length]);
        MemorySegment outAlone = floats(new float[rows.q.length]);
        Block block = rows.block;
        run(loops, rows.segment, 0, columns, block, out);
        alone.rows = 1;
        for (int r = 0; r < rows.rows; r++) {
          alone.setAlpha(0, ALPHAS[r % ALPHAS.length]);
          run(loops, rows.segment, (long) r * columns * 4, columns, alone, outAlone);
          String what = loops.description() + " row " + r + " of " + columns + " columns";
          assertEquals(block.max[r], alone.max[0], what);
          assertEquals(block.sum[r], alone.sum[0], what);
          assertEquals(block.weighted[r], alone.weighted[0], what);
          assertEquals(block.log[r], alone.log[0], what);
        }
        assertEquals(-1, out.mismatch(outAlone), loops.description() + " " + columns);
      }
    }
  }

  private static void run(
      Loops loops, MemorySegment q, long from, int columns, Block block, MemorySegment out) {
    long at = AT * 4L + from;
    loops.maximum(q, at, columns, block);
    loops.storeSumExp(q, at, columns, block, out, at);
    loops.logarithm(block);
  }

  /** What is measured must run to its end; what it computes does not matter. */
  @ParameterizedTest
  @MethodSource("loops")
  void ceilings(Loops loops) {
    MemorySegment memory = arena.allocate(1 << 16, 64);
    loops.readBytes(memory, 0, 1 << 16);
    loops.readBytes(memory, 256, 1 << 12);
    loops.multiplyAdd(1000);
    assertTrue(loops.flopsPerRepeat() >= 2);
    assertEquals(0, loops.flopsPerRepeat() % 2);
    assertFalse(loops.description().isBlank());
  }
}
