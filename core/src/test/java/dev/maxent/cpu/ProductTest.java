package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of matrices, of both kinds, against sums in float64. */
class ProductTest extends LoopsFixture {
  private static final int[] SIZES = {0, 1, 3, 6, 7, 8, 15, 16, 17, 33, 65, 130};
  private static final double EPSILON = 0x1p-24;

  /** What a product of these sizes gives in each of its three uses. */
  private static final class Operands implements AutoCloseable {
    private final SplittableRandom random = new SplittableRandom(11);
    private final NetworkLoops loops;
    private final int rows;
    private final int columns;
    private final int depth;
    private final Product p = new Product();
    private final Floats a;
    private final Floats b;
    private final Floats c;
    private final Floats init;

    Operands(NetworkLoops loops, int rows, int columns, int depth) {
      this.loops = loops;
      this.rows = rows;
      this.columns = columns;
      this.depth = depth;
      a = filled((Product.group(rows) + 1L) * Product.stride(Math.max(rows, depth)) * (depth + 1));
      b = filled((depth + 1L) * (Product.stride(columns) + 16L));
      c = filled((Product.group(rows) + 1L) * (Product.stride(columns) + 16L));
      init = filled((Product.group(rows) + 1L) * (Product.stride(columns) + 16L));
      p.aIn = a;
      p.bIn = b;
      p.cIn = c;
      p.initIn = init;
      p.rows = rows;
      p.columns = Product.padded(columns);
      p.depth = depth;
      p.cRow = Product.stride(columns);
      p.floor = Float.NEGATIVE_INFINITY;
    }

    /** Random numbers everywhere, so that reading beyond an operand shows. */
    private Floats filled(long count) {
      Floats floats = new Floats(loops.onHeap());
      floats.fit(count);
      for (long i = 0; i < count; i++) {
        floats.set(i, (float) random.nextGaussian());
      }
      return floats;
    }

    double b(int k, int column) {
      return b.get(p.b + k * p.bStep + column);
    }

    void check(B terms, String what) {
      long behind = p.c + Product.group(rows) * p.cRow;
      float[] kept = new float[p.columns];
      for (int column = 0; column < p.columns; column++) {
        kept[column] = c.get(behind + column);
      }
      loops.product(p);
      for (int column = 0; column < p.columns; column++) {
        assertEquals(kept[column], c.get(behind + column), what + ": behind the last group");
      }
      for (int r = 0; r < rows; r++) {
        for (int column = 0; column < columns; column++) {
          double sum = init.get(p.init + r * p.initRow + column);
          double size = Math.abs(sum);
          for (int k = 0; k < depth; k++) {
            double term = a.get(p.a + r * p.aRow + k * p.aStep) * terms.at(k, column);
            sum += term;
            size += Math.abs(term);
          }
          // Each addition is rounded once, in the order of the terms.
          double tolerance = (depth + 1) * EPSILON * size;
          double expected = Math.max(sum, p.floor);
          double actual = c.get(p.c + r * p.cRow + column);
          String where = "%s, %d, %d".formatted(what, r, column);
          assertClose(expected, actual, tolerance, where);
        }
      }
    }

    @Override
    public void close() {
      a.close();
      b.close();
      c.close();
      init.close();
    }
  }

  /** An element of B. */
  private interface B {
    double at(int k, int column);
  }

  /** Something to do with operands of all sizes. */
  private interface Check {
    void run(Operands operands, String what);
  }

  private static void everySize(Loops loops, Check check) {
    for (int rows : SIZES) {
      for (int columns : SIZES) {
        for (int depth : new int[] {0, 1, 3, 17, 130}) {
          try (Operands operands = new Operands(loops.network(), rows, columns, depth)) {
            String sizes = "%dx%dx%d".formatted(rows, columns, depth);
            check.run(operands, loops.description() + " " + sizes);
          }
        }
      }
    }
  }

  /** W of random numbers, row-major, as parameters have it; off by a float from any alignment. */
  private static MemorySegment weights(
      Arena arena, SplittableRandom random, int rows, int columns) {
    MemorySegment w = arena.allocate((1L + (long) rows * columns + 16) * 4, 64);
    for (int i = 0; i < 1 + rows * columns; i++) {
      w.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return w;
  }

  private static double at(MemorySegment w, int columns, int row, int column) {
    return w.getAtIndex(ValueLayout.JAVA_FLOAT, 1 + (long) row * columns + column);
  }

  /** Y = X Wᵀ + b with a floor, B packed. */
  @ParameterizedTest
  @MethodSource("loops")
  void forward(Loops loops) {
    everySize(
        loops,
        (o, what) -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment w = weights(arena, o.random, o.columns, o.depth);
            for (int first = 0; first < o.columns; first += NetworkLoops.BLOCK) {
              int end = Math.min(o.columns, first + NetworkLoops.BLOCK);
              o.loops.packTransposed(w, 4, o.columns, o.depth, first, end, o.b, 16);
            }
            o.p.b = 16;
            o.p.aRow = Product.stride(o.depth);
            o.p.aStep = 1;
            o.p.floor = 0;
            o.check((k, column) -> at(w, o.depth, column, k), what);
          }
        });
  }

  /** dX = dY W, B packed, nothing added. */
  @ParameterizedTest
  @MethodSource("loops")
  void inputGradient(Loops loops) {
    everySize(
        loops,
        (o, what) -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment w = weights(arena, o.random, o.depth, o.columns);
            o.loops.pack(w, 4, o.depth, o.columns, 0, o.depth / 2, o.b, 0);
            o.loops.pack(w, 4, o.depth, o.columns, o.depth / 2, o.depth, o.b, 0);
            o.p.aRow = Product.stride(o.depth);
            o.p.aStep = 1;
            o.check((k, column) -> at(w, o.columns, k, column), what);
          }
        });
  }

  /** dW = dYᵀ X, added to what is there row by row. */
  @ParameterizedTest
  @MethodSource("loops")
  void weightGradient(Loops loops) {
    everySize(
        loops,
        (o, what) -> {
          o.p.aRow = 1;
          o.p.aStep = Product.stride(o.rows);
          o.p.bStep = Product.stride(o.columns);
          o.p.initRow = Product.stride(o.columns);
          o.check(o::b, what);
        });
  }

  /** C and init may be the same place. */
  @ParameterizedTest
  @MethodSource("loops")
  void addsInPlace(Loops loops) {
    try (Operands o = new Operands(loops.network(), 19, 50, 9)) {
      o.p.aRow = Product.stride(o.depth);
      o.p.aStep = 1;
      o.p.bStep = Product.stride(o.columns);
      o.p.initRow = o.p.cRow;
      o.p.cRow = o.p.initRow;
      loops.network().product(o.p);
      float expected = o.c.get(18 * o.p.cRow + 49);
      o.p.cIn = o.init;
      loops.network().product(o.p);
      assertEquals(expected, o.init.get(18 * o.p.cRow + 49));
    }
  }

  /** What is not a number is not raised to the floor. */
  @ParameterizedTest
  @MethodSource("loops")
  void keepsNan(Loops loops) {
    try (Operands o = new Operands(loops.network(), 9, 40, 3)) {
      o.p.aRow = Product.stride(o.depth);
      o.p.aStep = 1;
      o.p.bStep = Product.stride(o.columns);
      o.p.floor = 0;
      o.a.set(4 * o.p.aRow + 1, Float.NaN);
      loops.network().product(o.p);
      for (int r = 0; r < o.rows; r++) {
        for (int column = 0; column < o.columns; column++) {
          float value = o.c.get(r * o.p.cRow + column);
          assertTrue(r == 4 ? Float.isNaN(value) : value >= 0, loops.description() + " row " + r);
        }
      }
    }
  }
}
