package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;

/** Memory with canaries for tests of inner loops, and the loops that this JVM has. */
abstract class LoopsFixture {
  static final int WIDEST = 70;

  /** The largest relative error of one rounding. */
  static final double EPSILON = 0x1p-24;

  static final float INF = Float.POSITIVE_INFINITY;

  /** Elements before the first: rows need not be aligned to vectors. */
  static final int AT = 3;

  private static final float CANARY = 12345.678f;

  final Arena arena = Arena.ofShared();
  final SplittableRandom random = new SplittableRandom(7);

  static Stream<Named<Loops>> loops() {
    List<Loops> loops = new ArrayList<>(List.of(new ScalarLoops()));
    if (Bits.loops().contains("vector")) {
      loops.add(new VectorLoops());
    }
    return loops.stream().map(l -> Named.of(l.description(), l));
  }

  @AfterEach
  void closeArena() {
    arena.close();
  }

  final MemorySegment floats(float... values) {
    MemorySegment segment = arena.allocate((AT + values.length + 64) * 4L, 64);
    for (int i = 0; i < segment.byteSize() / 4; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, CANARY);
    }
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, AT * 4L, values.length);
    return segment;
  }

  static float[] read(MemorySegment segment, int count) {
    float[] values = new float[count];
    MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, AT * 4L, values, 0, count);
    return values;
  }

  /** Nothing before the first element and behind the last was written. */
  static void assertCanaries(MemorySegment segment, int count, String what) {
    assertCanaries(segment, count, 0, what);
  }

  /** Nothing before the first element and more than a few behind the last was written. */
  static void assertCanaries(MemorySegment segment, int count, int spill, String what) {
    for (int i = 0; i < segment.byteSize() / 4; i++) {
      if (i < AT || i >= AT + count + spill) {
        int at = i;
        assertEquals(
            CANARY, segment.getAtIndex(ValueLayout.JAVA_FLOAT, i), () -> what + " wrote " + at);
      }
    }
  }

  static void assertClose(double expected, double actual, double tolerance, String what) {
    assertTrue(
        expected == actual || Math.abs(expected - actual) <= tolerance,
        () -> what + ": " + actual + ", expected " + expected + " to " + tolerance);
  }

  /** Operations on one stretch of floats: how many, and where the second operand starts. */
  interface Stretch {
    void run(int count, String what);
  }

  static void everyCount(Loops loops, Stretch stretch) {
    for (int count = 0; count <= WIDEST; count++) {
      stretch.run(count, loops.description() + " " + count);
    }
    stretch.run(4099, loops.description() + " 4099");
  }

  final float[] normalValues(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }
}
