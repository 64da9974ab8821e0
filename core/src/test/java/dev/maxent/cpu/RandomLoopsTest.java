package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.reference.Philox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops that draw, of both kinds, against Philox and formulas in float64. */
class RandomLoopsTest extends LoopsFixture {
  /** Random numbers are made in place, in scratch with room for 64 bytes more. */
  private static final int SPILL = 16;

  private static final long SEED = 0x0123456789abcdefL;
  private static final long COUNTER = 0xfedcba9876543210L;

  private static int[] philox(long first, int blocks) {
    int[] words = new int[4 * blocks];
    int[] block = new int[4];
    for (int i = 0; i < blocks; i++) {
      Philox.block(SEED, COUNTER, first + i, block);
      System.arraycopy(block, 0, words, 4 * i, 4);
    }
    return words;
  }

  /** Words of blocks, in a segment with canaries around them. */
  private MemorySegment words(int count) {
    int[] words = philox(11, (count + 3) / 4);
    MemorySegment segment = floats(new float[count]);
    MemorySegment.copy(words, 0, segment, ValueLayout.JAVA_INT, AT * 4L, count);
    return segment;
  }

  @ParameterizedTest
  @MethodSource("loops")
  void words(Loops loops) {
    for (long first : new long[] {0, 5, 0xFFFFFFFAL, 1L << 40}) {
      for (int blocks = 0; blocks <= 40; blocks++) {
        MemorySegment out = floats(new float[4 * blocks]);
        loops.random().words(SEED, COUNTER, first, blocks, out, AT * 4L);
        int[] actual = new int[4 * blocks];
        MemorySegment.copy(out, ValueLayout.JAVA_INT, AT * 4L, actual, 0, actual.length);
        assertArrayEquals(philox(first, blocks), actual, loops.description());
        assertCanaries(out, actual.length, 32, loops.description());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void uniform(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          MemorySegment words = words(count);
          int[] drawn = philox(11, (count + 3) / 4);
          if (count > 2) {
            // The smallest and the largest word must not become 0 and 1.
            drawn[0] = 0;
            drawn[1] = -1;
            MemorySegment.copy(drawn, 0, words, ValueLayout.JAVA_INT, AT * 4L, 2);
          }
          loops.random().uniform(words, AT * 4L, count);
          float[] actual = read(words, count);
          for (int i = 0; i < count; i++) {
            assertEquals(Philox.uniform(drawn[i]), actual[i], what);
          }
          assertCanaries(words, count, SPILL, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void normal(Loops loops) {
    everyCount(
        loops,
        (any, what) -> {
          int count = any & -2;
          int[] drawn = philox(11, (count + 3) / 4);
          MemorySegment words = words(count);
          loops.random().normal(words, AT * 4L, count);
          float[] actual = read(words, count);
          for (int i = 0; i < count; i++) {
            double radius = Math.sqrt(-2 * Math.log(Philox.uniform(drawn[i & -2])));
            double turns = Philox.uniform(drawn[i | 1]) - (i % 2 == 0 ? 0 : 0.25);
            double expected = radius * Math.cos(2 * Math.PI * turns);
            assertClose(expected, actual[i], 8 * EPSILON * radius, what);
          }
          assertCanaries(words, count, SPILL, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void gumbel(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          int[] drawn = philox(11, (count + 3) / 4);
          MemorySegment words = words(count);
          if (count > 2) {
            drawn[0] = 0;
            drawn[1] = -1;
            MemorySegment.copy(drawn, 0, words, ValueLayout.JAVA_INT, AT * 4L, 2);
          }
          loops.random().gumbel(words, AT * 4L, count);
          float[] actual = read(words, count);
          for (int i = 0; i < count; i++) {
            double noise = -Math.log(-Math.log(Philox.uniform(drawn[i])));
            assertClose(noise, actual[i], 4 * EPSILON * (1 + Math.abs(noise)), what);
          }
          assertCanaries(words, count, SPILL, what);
        });
  }

  @ParameterizedTest
  @MethodSource("loops")
  void perturb(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          float[] q = normalValues(count);
          for (int i = 3; i < count; i += 4) {
            q[i] = -INF;
          }
          float max = 8;
          float inverse = 0.7f;
          float[] noise = normalValues(count);
          MemorySegment scores = floats(noise);
          loops.random().perturb(floats(q), AT * 4L, max, inverse, scores, AT * 4L, count);
          float[] actual = read(scores, count);
          for (int i = 0; i < count; i++) {
            double x = ((double) q[i] - max) * inverse;
            double tolerance = 3 * EPSILON * (Math.abs(x) + Math.abs(noise[i]));
            assertClose(x + noise[i], actual[i], q[i] == -INF ? 0 : tolerance, what);
          }
          assertCanaries(scores, count, what);
        });
  }
}
