package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops over elements, of both kinds, against loops over doubles at every count to 70. */
class ElementLoopsTest extends LoopsFixture {
  @ParameterizedTest
  @MethodSource("loops")
  void minimum(Loops loops) {
    float[] kinds = {1, Float.NaN, INF, -INF, 0f, -0f};
    everyCount(
        loops,
        (count, what) -> {
          float[] a = normalValues(count);
          float[] b = normalValues(count);
          float[] expected = new float[count];
          for (int i = 0; i < count; i++) {
            if (i % 3 == 1) {
              a[i] = kinds[random.nextInt(kinds.length)];
              b[i] = kinds[random.nextInt(kinds.length)];
            }
            expected[i] = Math.min(a[i], b[i]);
          }
          MemorySegment out = floats(b);
          loops.minimum(floats(a), AT * 4L, out, AT * 4L, count);
          assertArrayEquals(expected, read(out, count), what);
          assertCanaries(out, count, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void exclude(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          MemorySegment mask = arena.allocate(count + 5L).fill((byte) 1);
          float[] values = normalValues(count);
          float[] expected = values.clone();
          for (int i = 0; i < count; i++) {
            byte flag = (byte) (random.nextBoolean() ? 0 : random.nextInt(1, 256));
            mask.set(ValueLayout.JAVA_BYTE, 5 + i, flag);
            values[i] = i % 7 == 0 ? Float.NaN : values[i];
            expected[i] = flag == 0 ? -INF : values[i];
          }
          MemorySegment out = floats(values);
          loops.exclude(mask, 5, out, AT * 4L, count);
          assertArrayEquals(expected, read(out, count), what);
          assertCanaries(out, count, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void excludeWeightless(Loops loops) {
    float[] kinds = {-INF, -INF, INF, Float.NaN, 0f, -3e38f};
    everyCount(
        loops,
        (count, what) -> {
          float[] values = normalValues(count);
          float[] weights = new float[count];
          float[] expected = new float[count];
          for (int i = 0; i < count; i++) {
            weights[i] = kinds[random.nextInt(kinds.length)];
            expected[i] = weights[i] == -INF ? -INF : values[i];
          }
          MemorySegment out = floats(values);
          loops.excludeWeightless(floats(weights), AT * 4L, out, AT * 4L, count);
          assertArrayEquals(expected, read(out, count), what);
          assertCanaries(out, count, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void weigh(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          float[] values = normalValues(count);
          float[] weights = normalValues(count);
          for (int i = 2; i < count; i += 5) {
            values[i] = -INF;
            weights[i] = i % 2 == 0 ? -INF : INF;
          }
          float max = 9;
          float inverse = 0.3f;
          MemorySegment out = floats(values);
          loops.weigh(floats(weights), AT * 4L, max, inverse, out, AT * 4L, count);
          float[] actual = read(out, count);
          for (int i = 0; i < count; i++) {
            if (values[i] == -INF) {
              assertEquals(-INF, actual[i], what);
            } else {
              double product = ((double) values[i] - max) * inverse;
              double tolerance = 3 * EPSILON * (Math.abs(product) + Math.abs(weights[i]));
              assertClose(product + weights[i], actual[i], tolerance, what);
            }
          }
          assertCanaries(out, count, what);
        });
  }

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
