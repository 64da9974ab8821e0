package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorResults.HALF;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Shows HotSpot kinds of operators, vectors and memory, before any loop runs long.
 *
 * <p>The methods of the Vector API and of segments, which every loop inlines once for each call,
 * cast operators, vectors and segments. Where their profile has seen one class only, as when the
 * first loop that runs long has nothing but multiply-adds, HotSpot's second compiler expects that
 * class for ever, and leaves compiled code when another comes. It remembers how often, adds that up
 * over all that a loop inlines, and from a hundred on compiles the rest of that loop without
 * expecting anything: each vector is then an object, for good. A profile that has seen two classes
 * expects none.
 */
final class JdkProfiles {
  /** From 200 calls on a method has a profile, once the first compiler has come to it. */
  private static final int ROUNDS = 400;

  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  static {
    float[] floats = new float[FLOATS.length()];
    MemorySegment heap = MemorySegment.ofArray(new float[1]);
    MemorySegment other = Arena.ofAuto().allocate(Float.BYTES);
    for (int i = 0; i < ROUNDS; i++) {
      mix(floats, i);
      heap.set(REAL, 0, heap.get(REAL, 0) + other.get(REAL, 0));
    }
  }

  private JdkProfiles() {}

  /**
   * Initialises this class, which does it once for this JVM and takes some 0.1 s, most of it for
   * loading classes.
   */
  static void show() {}

  private static void mix(float[] floats, int i) {
    FloatVector v = FloatVector.fromArray(FLOATS, floats, 0);
    v = v.add(1f).mul(v).fma(v, v);
    IntVector bits = v.reinterpretAsInts().lanewise(LSHL, 1).lanewise(LSHR, 2);
    VectorMask<Float> larger = bits.reinterpretAsFloats().compare(VectorOperators.GT, v);
    v = v.blend(bits.reinterpretAsFloats(), larger).abs();
    FloatVector half = FloatVector.fromArray(HALF, floats, 0);
    DoubleVector wide = (DoubleVector) half.castShape(DOUBLES, 0);
    ((FloatVector) wide.castShape(HALF, 0)).intoArray(floats, 0);
    floats[i % 2] = v.reduceLanes(MAX) > 0 ? i : 0;
  }
}
