package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops of backups, of both kinds, against loops over doubles at every count to 70. */
class TabularLoopsTest extends LoopsFixture {
  private static final int FIRST_PAIR = 2;

  private final float[] values = normalValues(1000);

  /** The same number of transitions to each pair, and one pair with another number. */
  @ParameterizedTest
  @MethodSource("loops")
  void expectations(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          for (int each = 0; each <= 9; each++) {
            expectations(loops, each, count, -1, 0, what);
            int odd = count > 0 ? random.nextInt(count) : -1;
            expectations(loops, each, count, odd, random.nextInt(12), what + " odd " + odd);
          }
        });
  }

  private void expectations(Loops loops, int each, int count, int odd, int other, String what) {
    int[] offsets = new int[FIRST_PAIR + count + 1];
    for (int i = 1; i < offsets.length; i++) {
      offsets[i] = offsets[i - 1] + (i - 1 == FIRST_PAIR + odd ? other : each);
    }
    int transitions = offsets[FIRST_PAIR + count];
    int[] next = random.ints(transitions, 0, values.length).toArray();
    float[] p = normalValues(transitions);
    float[] sums = new float[count + 1];
    sums[count] = INF;
    expectations(loops, offsets, next, p, sums);
    for (int i = 0; i < count; i++) {
      double sum = 0;
      double magnitude = 0;
      for (int t = offsets[FIRST_PAIR + i]; t < offsets[FIRST_PAIR + i + 1]; t++) {
        sum += (double) p[t] * values[next[t]];
        magnitude += Math.abs((double) p[t] * values[next[t]]);
      }
      int terms = offsets[FIRST_PAIR + i + 1] - offsets[FIRST_PAIR + i];
      assertClose(sum, sums[i], terms * EPSILON * magnitude, what + " each " + each + " at " + i);
    }
    assertEquals(INF, sums[count], what + " wrote beyond the last");
  }

  /** A row's bits do not depend on how many transitions the other rows have. */
  @ParameterizedTest
  @MethodSource("loops")
  void sumsOfMinusZeroAreZero(Loops loops) {
    Arrays.fill(values, -0f);
    for (int each = 0; each <= 9; each++) {
      int[] offsets = new int[43];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = each == 0 ? i * (i - 1) / 2 : i * each;
      }
      float[] p = new float[offsets[42]];
      Arrays.fill(p, 1);
      float[] sums = new float[41];
      expectations(loops, offsets, new int[p.length], p, sums);
      for (float sum : sums) {
        assertEquals(0, Float.floatToRawIntBits(sum), loops.description() + " each " + each);
      }
    }
  }

  private void expectations(Loops loops, int[] offsets, int[] next, float[] p, float[] sums) {
    MemorySegment weights = arena.allocate(p.length * 4L, 4);
    MemorySegment.copy(p, 0, weights, ValueLayout.JAVA_FLOAT, 0, p.length);
    int pairs = sums.length - 1;
    loops
        .tabular()
        .expectations(ints(offsets), ints(next), weights, values, FIRST_PAIR, pairs, sums);
  }

  private MemorySegment ints(int... numbers) {
    MemorySegment segment = arena.allocate(numbers.length * 4L, 4);
    MemorySegment.copy(numbers, 0, segment, ValueLayout.JAVA_INT, 0, numbers.length);
    return segment;
  }

  /** Whoever overwrites a model's arrays gets an exception, not another program's memory. */
  @ParameterizedTest
  @MethodSource("loops")
  void damagedTables(Loops loops) {
    float[] sums = new float[41];
    for (int each : new int[] {1, 5, 8, 12}) {
      int[] offsets = IntStream.range(0, 43).map(i -> i * each).toArray();
      int[] next = new int[offsets[42]];
      float[] p = new float[next.length];
      expectations(loops, offsets, next, p, sums);
      next[next.length - 1] = values.length;
      damaged(loops, offsets, next, p, sums);
      next[next.length - 1] = -1;
      damaged(loops, offsets, next, p, sums);
      damaged(loops, offsets, new int[next.length - 1], p, sums);
      int[] negative = IntStream.range(-50, -7).map(i -> i * each).toArray();
      damaged(loops, negative, new int[next.length], p, sums);
    }
  }

  private void damaged(Loops loops, int[] offsets, int[] next, float[] p, float[] sums) {
    assertThrows(
        IndexOutOfBoundsException.class, () -> expectations(loops, offsets, next, p, sums));
  }

  @ParameterizedTest
  @MethodSource("loops")
  void policyTerms(Loops loops) {
    everyCount(
        loops,
        (count, what) -> {
          float[] policy = new float[count];
          for (int i = 0; i < count; i++) {
            policy[i] = random.nextInt(5) == 0 ? 0 : (float) Math.exp(-90 * random.nextDouble());
          }
          assertFalse(policyTerms(loops, policy, what), what);
          for (int i = 0; i < count; i += 1 + count / 20) {
            float before = policy[i];
            policy[i] = -Float.MIN_VALUE;
            assertTrue(policyTerms(loops, policy, what), what + " negative at " + i);
            policy[i] = before;
          }
        });
  }

  private boolean policyTerms(Loops loops, float[] policy, String what) {
    int count = policy.length;
    BackupRows rows = new BackupRows();
    MemorySegment ones = arena.allocate(count + 64L, 4).fill((byte) 1);
    MemorySegment given = floats(policy);
    rows.load(given, ones, 0, count);
    rows.loadPolicy(given, AT, count);
    System.arraycopy(normalValues(count), 0, rows.q, 0, count);
    boolean signs = loops.tabular().policyTerms(rows, count);
    for (int i = 0; i < count; i++) {
      double p = policy[i];
      if (p >= 0) {
        double information = p == 0 ? 0 : p * Math.log(p);
        assertEquals(p * rows.q[i], rows.taken[i], what + " taken " + i);
        assertClose(information, rows.information[i], -2e-15 * information, what + " at " + i);
      }
    }
    return signs;
  }
}
