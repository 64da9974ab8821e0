package dev.maxent.cpu;

import dev.maxent.kernel.NetworkShape;

/** Layer norm and the way back through it in plain Java, with sums in float64. */
final class ScalarNorm {
  private static final int NORM = UnitRows.NORM;

  private ScalarNorm() {}

  static void normalise(UnitRows u) {
    float[] all = u.in.array;
    float[] given = u.given.array;
    for (int r = 0; r < u.rows; r++) {
      int z = (int) u.z + r * u.stride;
      double sum = 0;
      for (int i = 0; i < u.width; i++) {
        sum += all[z + i];
      }
      float mean = (float) (sum / u.width);
      double off = mean - sum / u.width;
      double squares = 0;
      for (int i = 0; i < u.width; i++) {
        float d = all[z + i] - mean;
        squares += (double) d * d;
      }
      double variance = Math.max(0, squares / u.width - off * off);
      float scale = (float) (1 / Math.sqrt(variance + NetworkShape.LAYER_NORM_EPSILON));
      all[(int) u.scale + NORM * r] = scale;
      for (int i = 0; i < u.width; i++) {
        float normal = (all[z + i] - mean) * scale;
        all[(int) u.normal + r * u.stride + i] = normal;
        all[z + i] = Math.fma(normal, given[(int) u.gain + i], given[(int) u.shift + i]);
      }
    }
  }

  /** The gradient by the gains is added to the sums. */
  static void unnormalise(UnitRows u, float[] gainSums) {
    float[] all = u.in.array;
    float[] given = u.given.array;
    for (int r = 0; r < u.rows; r++) {
      int delta = (int) u.delta + r * u.stride;
      int normal = (int) u.normal + r * u.stride;
      double sum = 0;
      double product = 0;
      for (int i = 0; i < u.width; i++) {
        gainSums[i] = Math.fma(all[delta + i], all[normal + i], gainSums[i]);
        float g = all[delta + i] * given[(int) u.gain + i];
        sum += g;
        product += (double) g * all[normal + i];
      }
      float mean = (float) (sum / u.width);
      float slope = (float) (product / -u.width);
      float scale = all[(int) u.scale + NORM * r];
      for (int i = 0; i < u.width; i++) {
        float g = all[delta + i] * given[(int) u.gain + i] - mean;
        all[delta + i] = Math.fma(all[normal + i], slope, g) * scale;
      }
    }
  }
}
