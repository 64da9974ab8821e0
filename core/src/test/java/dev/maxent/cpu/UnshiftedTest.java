package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows are counted from a power of two near their first column where all rows of a block are near
 * theirs, and near their maximum or from it elsewhere: a row has the bits that it has alone.
 */
class UnshiftedTest {
  private static final int ROWS = 700;

  /**
   * Four vectors, and eight and more, of 16, 8 and 4 floats; how many rows of a thousand are far.
   */
  @ParameterizedTest
  @CsvSource({
    "16, 0",
    "16, 3",
    "16, 300",
    "32, 0",
    "32, 3",
    "32, 300",
    "64, 0",
    "64, 3",
    "64, 300",
    "128, 3",
    "128, 300",
    "256, 0",
    "256, 3",
    "256, 1000",
    "11, 3",
    "20, 0",
    "20, 300",
    "100, 3",
    "131, 300"
  })
  void rowsTogetherAreRowsAlone(int columns, int far) {
    Random random = new Random(columns + far);
    float[] q = new float[2 * ROWS * columns];
    float[] alphas = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      alphas[r] = (float) Math.exp(random.nextDouble(-3, 3));
    }
    for (int r = 0; r < 2 * ROWS; r++) {
      float alpha = alphas[r % ROWS];
      fill(q, r * columns, columns, random, alpha);
      if (random.nextInt(1000) < far) {
        makeFar(q, r * columns, columns, random, alpha);
      }
    }
    try (Backend backend = Backends.open("cpu")) {
      float[] plain = Arrays.copyOf(q, ROWS * columns);
      check(backend, plain, columns, 1, alphas);
      Arrays.fill(alphas, alphas[0]);
      check(backend, plain, columns, 1, alphas);
      check(backend, q, columns, 2, alphas);
    }
  }

  /** Equal columns have equal roundings, which must not add up. */
  @ParameterizedTest
  @ValueSource(ints = {16, 64, 100, 256, 512, 1024})
  void columnsAreEqual(int columns) {
    Random random = new Random(columns);
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 1)) {
        float[] q = new float[ROWS * columns];
        float[] alphas = new float[ROWS];
        Arrays.fill(alphas, 1.5f);
        for (int r = 0; r < ROWS; r++) {
          // V is near 0, so that its own rounding hides nothing.
          double equal = alphas[r] * (random.nextDouble(-1, 1) - Math.log(columns));
          Arrays.fill(q, r * columns, (r + 1) * columns, (float) equal);
        }
        assertAllNear(backend, q, columns, alphas);
      }
    }
  }

  /**
   * What rows were counted from is forgotten before rows of another width, and before more rows.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 100, 256, 300})
  void nothingStaysBehindOf(int rows) {
    float[] before = new float[rows * 64];
    Arrays.fill(before, 50);
    float[] after = new float[ROWS * 20];
    Random random = new Random(rows);
    for (int i = 0; i < after.length; i++) {
      after[i] = (float) random.nextGaussian();
    }
    float[] alphas = new float[ROWS];
    Arrays.fill(alphas, 1);
    try (Backend backend = Bits.open(Bits.loops().getFirst(), 1)) {
      float[] fresh = values(backend, after, ROWS, 20, 1, alphas);
      values(backend, before, rows, 64, 1, Arrays.copyOf(alphas, rows));
      assertArrayEquals(fresh, values(backend, after, ROWS, 20, 1, alphas));
    }
  }

  /** On either side of the limits: of a first column, of columns above it and of a maximum. */
  @Test
  void limitsShowNowhere() {
    int columns = 64;
    double octave = Math.log(2);
    float[] q = new float[ROWS * columns];
    Random random = new Random(5);
    double[] firsts = {0, 32_500, 32_639.4, 32_640.6, 32_700, 32_767.4, 32_768.6, 40_000};
    double[] above = {0, 60, 99.4, 99.98, 100.02, 100.6, 126, 127.5, 140, 1000};
    for (int r = 0; r < ROWS; r++) {
      double first = firsts[random.nextInt(firsts.length)] * (random.nextBoolean() ? 1 : -1);
      double most = above[random.nextInt(above.length)];
      for (int k = 0; k < columns; k++) {
        q[r * columns + k] = (float) ((first + random.nextDouble(-3, 0) * most) * octave);
      }
      q[r * columns] = (float) (first * octave);
      q[r * columns + 1 + random.nextInt(columns - 1)] = (float) ((first + most) * octave);
    }
    float[] alphas = new float[ROWS];
    Arrays.fill(alphas, 1);
    try (Backend backend = Backends.open("cpu")) {
      check(backend, q, columns, 1, alphas);
    }
  }

  /**
   * Where one column is most of the sum and V is near 0, its error is all that counts, and nothing
   * averages out. Where the others add little, so do their roundings: hence not far below.
   */
  @ParameterizedTest
  @ValueSource(ints = {5, 16, 32, 64, 128, 256})
  void oneColumnIsMostOfTheSum(int columns) {
    Random random = new Random(columns);
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 1)) {
        for (int pass = 0; pass < 30; pass++) {
          float[] q = new float[ROWS * columns];
          float[] alphas = new float[ROWS];
          Arrays.fill(alphas, (float) Math.exp(random.nextDouble(-3, 3)));
          for (int r = 0; r < ROWS; r++) {
            float alpha = alphas[r];
            double most = alpha * random.nextDouble(-0.5, 0.5);
            for (int k = 0; k < columns; k++) {
              q[r * columns + k] = (float) (most - alpha * random.nextDouble(3, 20));
            }
            q[r * columns + random.nextInt(columns)] = (float) most;
          }
          assertAllNear(backend, q, columns, alphas);
        }
      }
    }
  }

  /** Rows at any level, their columns within some 60 octaves. */
  private static void fill(float[] q, int from, int columns, Random random, float alpha) {
    double level = random.nextGaussian() * Math.pow(10, random.nextInt(5)) * alpha;
    for (int k = 0; k < columns; k++) {
      q[from + k] = (float) (level + 10 * alpha * random.nextGaussian());
    }
  }

  /** The first column far below others, or some columns nowhere near the others. */
  private static void makeFar(float[] q, int from, int columns, Random random, float alpha) {
    if (random.nextBoolean()) {
      q[from] -= alpha * (100 + 1000 * random.nextFloat());
    } else {
      for (int k = random.nextInt(columns); k < columns; k += 1 + random.nextInt(9)) {
        q[from + k] += alpha * 300 * (float) random.nextGaussian();
      }
    }
  }

  /** Together as alone, and near the float64 result. */
  private static void check(Backend backend, float[] q, int columns, int heads, float[] alphas) {
    float[] together = values(backend, q, ROWS, columns, heads, alphas);
    float[] alone = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      float[] row = Arrays.copyOfRange(q, r * columns, (r + 1) * columns);
      if (heads == 2) {
        row = Arrays.copyOf(row, 2 * columns);
        System.arraycopy(q, (ROWS + r) * columns, row, columns, columns);
      }
      alone[r] = values(backend, row, 1, columns, heads, new float[] {alphas[r]})[0];
      assertNear(row, columns, heads, alphas[r], together[r]);
    }
    assertArrayEquals(alone, together);
  }

  private static void assertAllNear(Backend backend, float[] q, int columns, float[] alphas) {
    float[] values = values(backend, q, ROWS, columns, 1, alphas);
    for (int r = 0; r < ROWS; r++) {
      float[] row = Arrays.copyOfRange(q, r * columns, (r + 1) * columns);
      assertNear(row, columns, 1, alphas[r], values[r]);
    }
  }

  /** By the bound on V: ulp(V) + α 2⁻²⁴ (8 + c), c = E[(max − Q) / α]. */
  static void assertNear(float[] row, int columns, int heads, float alpha, float actual) {
    double max = Double.NEGATIVE_INFINITY;
    double[] least = new double[columns];
    for (int k = 0; k < columns; k++) {
      least[k] = heads == 2 ? Math.min(row[k], row[columns + k]) : row[k];
      max = Math.max(max, least[k]);
    }
    double sum = 0;
    double below = 0;
    for (double value : least) {
      double e = Math.exp((value - max) / alpha);
      sum += e;
      below += e * (max - value) / alpha;
    }
    double expected = max + alpha * Math.log(sum);
    double bound = Math.ulp((float) expected) + alpha * 0x1p-24 * (8 + below / sum);
    assertEquals(expected, actual, bound);
  }

  private static float[] values(
      Backend backend, float[] q, int rows, int columns, int heads, float[] alphas) {
    boolean shared = alphas.length > 1 && alphas[0] == alphas[1];
    try (DeviceArray values = backend.real(q);
        DeviceArray temperatures = backend.real(alphas);
        DeviceArray value = backend.allocate(ElementType.REAL, rows)) {
      ActionValues actions = ActionValues.of(values, rows, columns).withHeads(heads);
      Temperature temperature =
          shared || alphas.length == 1
              ? Temperature.of(alphas[0])
              : Temperature.perRow(temperatures);
      backend.softValue().logSumExp(actions, temperature, value);
      return value.toFloats();
    }
  }
}
