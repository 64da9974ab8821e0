package dev.maxent.workload;

import java.util.SplittableRandom;

/** Seeded generators of inputs: the same seed gives the same values everywhere. */
final class Data {
  private static final double Q_DEVIATION = 3;

  private Data() {}

  /** How the matrix Q of a case is filled. */
  @FunctionalInterface
  interface Fill {
    /**
     * Fills a matrix.
     *
     * @param q rows × columns
     * @param columns columns per row
     * @param random where randomness comes from
     */
    void fill(float[] q, int columns, SplittableRandom random);
  }

  /** What Q looks like while learning: normal with deviation 3. */
  static void normal(float[] q, int columns, SplittableRandom random) {
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) (Q_DEVIATION * random.nextGaussian());
    }
  }

  /** Uniform from −range to range. */
  static Fill within(double range) {
    return (q, columns, random) -> {
      for (int i = 0; i < q.length; i++) {
        q[i] = (float) (range * (2 * random.nextDouble() - 1));
      }
    };
  }

  /** ±magnitude with random signs, so that differences span the whole range. */
  static Fill huge(float magnitude) {
    return (q, columns, random) -> {
      for (int i = 0; i < q.length; i++) {
        q[i] = random.nextBoolean() ? magnitude : -magnitude;
      }
    };
  }

  /** Every row holds one value, a different one per row. */
  static void equal(float[] q, int columns, SplittableRandom random) {
    for (int i = 0; i < q.length; i++) {
      q[i] = i % columns == 0 ? (float) (Q_DEVIATION * random.nextGaussian()) : q[i - 1];
    }
  }

  /** A large common offset with a small spread: differences must be taken first. */
  static void offset(float[] q, int columns, SplittableRandom random) {
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) (1e4 + 0.01 * random.nextGaussian());
    }
  }

  /** One column far above the others: V minus the maximum vanishes, entropy tends to 0. */
  static void dominated(float[] q, int columns, SplittableRandom random) {
    normal(q, columns, random);
    for (int i = 0; i < q.length; i += columns) {
      q[i + random.nextInt(columns)] = 20 + 10 * random.nextInt(8);
    }
  }

  /**
   * Normal rows with every combination of {finite, −∞, +∞, NaN} at the first, the middle and the
   * last column: 64 rows, then over again.
   */
  static void specials(float[] q, int columns, SplittableRandom random) {
    normal(q, columns, random);
    float[] kinds = {1, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};
    int[] places = {0, columns / 2, columns - 1};
    for (int row = 0; row < q.length / columns; row++) {
      int combination = row;
      for (int place : places) {
        if (combination % 4 != 0) {
          q[row * columns + place] = kinds[combination % 4];
        }
        combination /= 4;
      }
    }
  }

  /** Rows of −∞ but for a few finite entries; every fifth row is −∞ throughout. */
  static void mostlyMinusInfinite(float[] q, int columns, SplittableRandom random) {
    normal(q, columns, random);
    for (int i = 0; i < q.length; i++) {
      if (i / columns % 5 == 4 || random.nextInt(4) != 0) {
        q[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Flags, 70 of 100 set to some non-zero byte. */
  static byte[] flags(int length, SplittableRandom random) {
    byte[] flags = new byte[length];
    for (int i = 0; i < length; i++) {
      flags[i] = (byte) (random.nextInt(10) < 7 ? 1 - 2 * random.nextInt(2) : 0);
    }
    return flags;
  }

  /** Normal numbers. */
  static float[] reals(int length, double deviation, SplittableRandom random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Whole numbers from 0 to bound − 1. */
  static int[] indices(int length, int bound, SplittableRandom random) {
    int[] values = new int[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(bound);
    }
    return values;
  }

  /** Distinct whole numbers from 0 to bound − 1 in random order (Fisher and Yates). */
  static int[] distinct(int length, int bound, SplittableRandom random) {
    int[] all = new int[bound];
    for (int i = 0; i < bound; i++) {
      all[i] = i;
    }
    int[] values = new int[length];
    for (int i = 0; i < length; i++) {
      int j = i + random.nextInt(bound - i);
      values[i] = all[j];
      all[j] = all[i];
    }
    return values;
  }

  /**
   * A random stream's four words: any seed, and a counter whose low half is about to overflow, so
   * that the carry is covered.
   */
  static int[] state(SplittableRandom random) {
    return new int[] {random.nextInt(), random.nextInt(), -1, random.nextInt(1000)};
  }
}
