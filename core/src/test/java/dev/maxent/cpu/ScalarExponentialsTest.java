package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScalarExponentialsTest {

  /** A row must not show whether another row of its piece is beyond what the quick loop takes. */
  @Test
  void theQuickLoopGivesTheBitsOfTheCarefulOne() {
    SplittableRandom random = new SplittableRandom(1);
    int count = ScalarScratch.PIECE;
    ScalarScratch careful = new ScalarScratch();
    ScalarScratch quick = new ScalarScratch();
    ScalarScratch without = new ScalarScratch();
    float scale = 1.5f;
    float[] scales = new float[count];
    for (int round = 0; round < 400; round++) {
      for (int i = 0; i < count; i++) {
        float magnitude = (float) Math.scalb(random.nextDouble(), random.nextInt(-30, 19));
        float max = random.nextFloat();
        float q = i % 7 == 0 ? max - 126 / scale - random.nextFloat() : max - magnitude;
        put(i, i % 97 == 5 ? Float.NaN : q, max, careful, quick, without);
        scales[i] = scale;
      }
      ScalarMath.exp(careful, scales, count);
      ScalarMath.expNear(quick, scale, true, count);
      ScalarMath.expNear(without, scale, false, count);
      for (int i = 0; i < count; i++) {
        assertSame(careful.values[i], quick.values[i]);
        assertSame(careful.values[i], without.values[i]);
        assertSame(careful.values[i] * careful.octaves[i], quick.values[i] * quick.octaves[i]);
      }
    }
  }

  private static void put(int i, float q, float max, ScalarScratch... all) {
    for (ScalarScratch s : all) {
      s.values[i] = q;
      s.offset[i] = max;
    }
  }

  private static void assertSame(float expected, float actual) {
    assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual));
  }
}
