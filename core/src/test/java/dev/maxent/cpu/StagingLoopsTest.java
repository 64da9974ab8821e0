package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops that put rows together, of both kinds, against plain loops at every width to 70. */
class StagingLoopsTest extends LoopsFixture {
  private static final int ROWS = 3;
  private static final float[] KINDS = {1, Float.NaN, INF, -INF, 0f, -0f, -3e38f};

  @ParameterizedTest
  @MethodSource("loops")
  void admitsPlainRows(Loops loops) {
    everyCount(loops, (columns, what) -> admit(loops, columns, 1, null, null, what));
  }

  @ParameterizedTest
  @MethodSource("loops")
  void admitsLeastOfHeads(Loops loops) {
    everyCount(loops, (columns, what) -> admit(loops, columns, 3, null, null, what));
  }

  @ParameterizedTest
  @MethodSource("loops")
  void admitsByMasks(Loops loops) {
    everyCount(
        loops,
        (columns, what) -> {
          admit(loops, columns, 1, flags(ROWS * columns), null, what + " own");
          admit(loops, columns, 2, flags(columns), null, what + " shared");
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void admitsByLogWeights(Loops loops) {
    everyCount(
        loops,
        (columns, what) -> {
          admit(loops, columns, 1, null, kinds(ROWS * columns), what + " own");
          admit(loops, columns, 2, null, kinds(columns), what + " shared");
          admit(loops, columns, 2, flags(ROWS * columns), kinds(columns), what + " both");
        });
  }

  private byte[] flags(int count) {
    byte[] flags = new byte[count];
    for (int i = 0; i < count; i++) {
      flags[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(1, 256));
    }
    return flags;
  }

  private float[] kinds(int count) {
    float[] values = normalValues(count);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) == 0) {
        values[i] = KINDS[random.nextInt(KINDS.length)];
      }
    }
    return values;
  }

  private void admit(
      Loops loops, int columns, int heads, byte[] mask, float[] weights, String what) {
    int size = ROWS * columns;
    float[] q = kinds(heads * size);
    float[] expected = new float[size];
    for (int i = 0; i < size; i++) {
      expected[i] = INF;
      for (int head = 0; head < heads; head++) {
        expected[i] = Math.min(expected[i], q[head * size + i]);
      }
      boolean masked = mask != null && mask[i % mask.length] == 0;
      if (masked || (weights != null && weights[i % weights.length] == -INF)) {
        expected[i] = -INF;
      }
    }
    try (Block block = new Block()) {
      StagedRows rows = block.staged;
      rows.rows = ROWS;
      rows.columns = columns;
      rows.q = floats(q);
      rows.qAt = AT * 4L;
      rows.heads = heads;
      rows.headStep = size * 4L;
      if (mask != null) {
        rows.mask = arena.allocate(5 + mask.length + 64).fill((byte) 1);
        MemorySegment.copy(mask, 0, rows.mask, ValueLayout.JAVA_BYTE, 5, mask.length);
        rows.maskAt = 5;
        rows.maskStep = mask.length == size ? columns : 0;
      }
      weights(rows, weights);
      MemorySegment out = floats(new float[size]);
      rows.out = out.asSlice(AT * 4L);
      loops.staging().admit(rows);
      assertArrayEquals(expected, read(out, size), what);
      assertCanaries(out, size, what);
    }
  }

  private void weights(StagedRows rows, float[] weights) {
    if (weights != null) {
      rows.logWeights = floats(weights);
      rows.weightsAt = AT * 4L;
      rows.weightsStep = weights.length == ROWS * rows.columns ? rows.rowStep() : 0;
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void weighs(Loops loops) {
    everyCount(
        loops,
        (columns, what) -> {
          weigh(loops, columns, ROWS * columns, what + " own");
          weigh(loops, columns, columns, what + " shared");
        });
  }

  private void weigh(Loops loops, int columns, int weightCount, String what) {
    float[] values = normalValues(ROWS * columns);
    float[] weights = normalValues(weightCount);
    for (int i = 2; i < values.length; i += 5) {
      values[i] = -INF;
    }
    for (int i = 0; i < weights.length; i += 3) {
      weights[i] = -INF;
    }
    // One row, or all if they share it, has a weight that none may have, wherever in it.
    boolean shared = weightCount == columns;
    if (columns > 0) {
      int bad = (shared ? 0 : columns) + random.nextInt(columns);
      weights[bad] = random.nextBoolean() ? Float.NaN : INF;
    }
    try (Block block = new Block()) {
      block.rows = ROWS;
      for (int r = 0; r < ROWS; r++) {
        block.max[r] = 9 - r;
        block.factor[r] = 0.3f + r;
        block.special[r] = r == 2;
      }
      StagedRows rows = block.staged;
      rows.rows = ROWS;
      rows.columns = columns;
      weights(rows, weights);
      MemorySegment out = floats(values);
      rows.out = out.asSlice(AT * 4L);
      loops.staging().weigh(rows);
      float[] actual = read(out, values.length);
      for (int i = 0; i < values.length; i++) {
        int r = i / columns;
        assertLogit(
            values[i], block.max[r], block.factor[r], weights[i % weightCount], actual[i], what);
      }
      assertCanaries(out, values.length, what);
      assertEquals(columns > 0 && shared, block.special[0], what);
      assertEquals(columns > 0, block.special[1], what);
      assertTrue(block.special[2], what);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void sumsProducts(Loops loops) {
    everyCount(loops, (columns, what) -> sumProducts(loops, columns, what));
  }

  private void sumProducts(Loops loops, int columns, String what) {
    int size = ROWS * columns;
    float[] both = normalValues(2 * size);
    for (int i = 2; i < size; i += 5) {
      both[i] = -INF;
      both[size + i] = -INF;
    }
    try (Block block = new Block()) {
      block.rows = ROWS;
      block.useLogits();
      for (int r = 0; r < ROWS; r++) {
        block.base[r] = 2 - r;
        // Exponents are to be 0 or less.
        block.max[r] = 20 + r;
      }
      StagedRows rows = block.staged;
      rows.rows = ROWS;
      rows.columns = columns;
      rows.logitsAt = size * 4L;
      rows.out = floats(both).asSlice(AT * 4L);
      loops.staging().sumProducts(rows);
      for (int r = 0; r < ROWS; r++) {
        double sum = 0;
        double magnitude = 0;
        for (int i = r * columns; i < (r + 1) * columns; i++) {
          if (both[i] != -INF) {
            double e = Math.exp((double) both[size + i] - block.max[r]);
            sum += e * ((double) both[i] - block.base[r]);
            magnitude += e * Math.abs((double) both[i] - block.base[r]);
          }
        }
        // An exponent of 30 octaves is off by 30 ulp of the exponential.
        assertClose(sum, block.weighted[r], magnitude * EPSILON * (60 + columns), what);
      }
    }
  }

  private static void assertLogit(
      float q, float max, float factor, double weight, float actual, String what) {
    double product = ((double) q - max) * factor;
    double expected = q == -INF ? -INF : product + weight;
    if (Double.isFinite(expected)) {
      double tolerance = 3 * EPSILON * (Math.abs(product) + Math.abs(weight));
      assertClose(expected, actual, tolerance, what);
    } else {
      assertEquals((float) expected, actual, what);
    }
  }
}
