package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.Philox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops of their own for certain shapes must do what the general ones do. */
class FewAndNarrowRowsTest extends LoopsFixture {
  @ParameterizedTest
  @MethodSource("loops")
  void sharesAreQuotients(Loops loops) {
    for (int columns = 1; columns <= WIDEST; columns++) {
      String what = loops.description() + " " + columns + " columns";
      int rows = 5;
      float[] values = normalValues(rows * columns);
      values[columns / 2] = Float.NEGATIVE_INFINITY;
      values[columns] = -1e30f;
      if (columns == 1) {
        values[0] = 1;
      }
      MemorySegment q = floats(values);
      MemorySegment powers = floats(new float[values.length]);
      MemorySegment shares = floats(new float[values.length]);
      try (Block b = new Block()) {
        b.rows = rows;
        b.setAlpha(0.7);
        loops.maximum(q, AT * 4L, columns, b);
        loops.storeSumExp(q, AT * 4L, columns, b, powers, AT * 4L);
        float[] sum = b.sum.clone();
        float[] weighted = b.weighted.clone();
        for (int r = 0; r < rows; r++) {
          b.factor[r] = 1 + r;
        }
        loops.storeShares(q, AT * 4L, columns, b, shares, AT * 4L);
        float[] e = read(powers, values.length);
        float[] actual = read(shares, values.length);
        for (int i = 0; i < values.length; i++) {
          int r = i / columns;
          double expected = e[i] * (1.0 + r) / sum[r];
          assertClose(expected, actual[i], 8 * EPSILON * expected + 0x1p-126, what);
          assertClose(sum[r], b.sum[r], 4 * EPSILON * sum[r], what);
          double tolerance = 8 * EPSILON * Math.abs(weighted[r]);
          assertClose(weighted[r], b.weighted[r], tolerance, what);
        }
        if (columns > 1) {
          assertEquals(0, actual[columns / 2], what);
        }
        assertCanaries(shares, values.length, what);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void narrowRowsHaveTheBitsOfRowsOneByOne(Loops loops) {
    for (int columns = 2; columns <= 9; columns++) {
      for (int rows = 1; rows <= Block.ROWS; rows++) {
        float[] values = normalValues(rows * columns);
        values[random.nextInt(values.length)] = Float.NaN;
        values[random.nextInt(values.length)] = Float.NEGATIVE_INFINITY;
        MemorySegment q = floats(values);
        try (Block one = new Block();
            Block each = new Block()) {
          one.rows = rows;
          each.rows = rows;
          // Else some loops count from another number.
          one.needsMaximum = true;
          each.needsMaximum = true;
          one.setAlpha(0.3);
          for (int r = 0; r < rows; r++) {
            each.setAlpha(r, 0.3);
          }
          loops.maximumAndSumExp(q, AT * 4L, columns, one);
          loops.maximumAndSumExp(q, AT * 4L, columns, each);
          String what = loops.description() + " " + rows + " x " + columns;
          assertArrayEquals(Arrays.copyOf(each.sum, rows), Arrays.copyOf(one.sum, rows), what);
          for (int r = 0; r < rows; r++) {
            if (!Float.isNaN(each.sum[r])) {
              assertEquals(each.max[r], one.max[r], what);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void sharesOfNarrowRowsHaveTheBitsOfRowsOneByOne(Loops loops) {
    for (int columns = 2; columns <= 9; columns++) {
      for (int rows = 1; rows <= Block.ROWS; rows += rows < 40 ? 1 : 36) {
        String what = loops.description() + " " + rows + " x " + columns;
        float[] values = normalValues(rows * columns);
        values[random.nextInt(values.length)] = Float.NaN;
        values[random.nextInt(values.length)] = Float.NEGATIVE_INFINITY;
        MemorySegment q = floats(values);
        MemorySegment together = floats(new float[values.length]);
        MemorySegment apart = floats(new float[values.length]);
        try (Block one = new Block();
            Block each = new Block()) {
          one.rows = rows;
          each.rows = rows;
          one.setAlpha(0.3);
          for (int r = 0; r < rows; r++) {
            each.setAlpha(r, 0.3);
            one.factor[r] = 1 - r;
            each.factor[r] = 1 - r;
          }
          loops.maximumAndStoreShares(q, AT * 4L, columns, one, together, AT * 4L);
          loops.maximumAndStoreShares(q, AT * 4L, columns, each, apart, AT * 4L);
          assertArrayEquals(
              read(apart, values.length), read(together, values.length), what + " shares");
          assertArrayEquals(Arrays.copyOf(each.sum, rows), Arrays.copyOf(one.sum, rows), what);
          assertArrayEquals(
              Arrays.copyOf(each.weighted, rows), Arrays.copyOf(one.weighted, rows), what);
          for (int r = 0; r < rows; r++) {
            if (!Float.isNaN(each.sum[r])) {
              assertEquals(each.max[r], one.max[r], what);
            }
          }
          assertCanaries(together, values.length, what);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void permutationIsTheReferences(Loops loops) {
    int[] keys = {1, -2, 3, Integer.MIN_VALUE, 5, Integer.MAX_VALUE};
    for (int size : new int[] {1, 2, 17, 1000, 1 << 20, Integer.MAX_VALUE}) {
      int half = Philox.permutationHalfBits(size);
      int count = Math.min(size, 1003);
      int first = size - count;
      MemorySegment out = floats(new float[count]);
      loops.random().permute(keys, half, size, first, out, AT * 4L, count);
      for (int i = 0; i < count; i++) {
        int actual = out.getAtIndex(ValueLayout.JAVA_INT, AT + i);
        assertEquals(Philox.permuted(keys, half, size, first + i), actual, () -> "size " + size);
      }
      assertCanaries(out, count, loops.description() + " " + size);
    }
  }

  @Test
  void sharedRowsHaveTheBitsOfOthers() {
    int columns = 200_003;
    float[] row = normalValues(columns);
    for (String loops : Bits.loops()) {
      float[] expected = results(loops, 1, row, 4);
      for (int threads = 1; threads <= 3; threads++) {
        assertArrayEquals(expected, results(loops, threads, row, 1), loops + " " + threads);
      }
    }
  }

  /** Value and entropy of the last of some equal rows, with and without probabilities. */
  private static float[] results(String loops, int threads, float[] row, int rows) {
    float[] values = new float[row.length * rows];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(row, 0, values, r * row.length, row.length);
    }
    try (Backend backend = Bits.open(loops, threads);
        DeviceArray q = backend.real(values);
        DeviceArray value = backend.allocate(ElementType.REAL, rows);
        DeviceArray entropy = backend.allocate(ElementType.REAL, rows);
        DeviceArray alone = backend.allocate(ElementType.REAL, rows)) {
      ActionValues actionValues = ActionValues.of(q, rows, row.length);
      PolicyOutputs outputs = PolicyOutputs.none().withValue(value).withEntropy(entropy);
      backend.softValue().policy(actionValues, Temperature.of(0.5), outputs);
      backend.softValue().logSumExp(actionValues, Temperature.of(0.5), alone);
      int last = rows - 1;
      return new float[] {value.toFloats()[last], entropy.toFloats()[last], alone.toFloats()[last]};
    }
  }
}
