package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops over elements, of both kinds, against loops over doubles at every count to 70. */
class ElementLoopsTest extends LoopsFixture {
  @ParameterizedTest
  @MethodSource("loops")
  void argMax(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          for (int kind = 0; kind < 6; kind++) {
            float[] values = normalValues(count);
            for (int i = 0; i < count; i++) {
              switch (kind) {
                // Many equal maxima; zeros of both signs, which are equal; few finite; none.
                case 0 -> values[i] = random.nextInt(3);
                case 1 -> values[i] = random.nextBoolean() ? 0f : -0f;
                case 2 -> values[i] = random.nextInt(9) == 0 ? values[i] : -INF;
                case 3 -> values[i] = -INF;
                case 4 -> values[i] = random.nextInt(9) == 0 ? INF : values[i];
                default -> {
                  // As they are.
                }
              }
            }
            int expected = -1;
            for (int i = 0; i < count; i++) {
              float best = expected < 0 ? -INF : values[expected];
              expected = values[i] > best ? i : expected;
            }
            int actual = loops.argMax(floats(values), AT * 4L, count);
            assertEquals(expected, actual, what + " kind " + kind);
          }
        });
  }
}
