package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The inner loops of backups on a table; as they are here, in plain Java. */
interface TabularLoops {

  /**
   * out ← Σ P(s′ | s, a) V(s′) of some pairs, in the order of their transitions.
   *
   * @param offsets int32, where each pair's transitions start
   * @param next int32, s′ of all transitions
   * @param p float32, their probabilities
   * @param v values by state
   * @param firstPair the first pair
   * @param pairs how many
   * @param out a sum per pair
   * @throws IndexOutOfBoundsException if an offset or a state is none
   */
  default void expectations(
      MemorySegment offsets,
      MemorySegment next,
      MemorySegment p,
      float[] v,
      long firstPair,
      int pairs,
      float[] out) {
    long at = offsets.getAtIndex(ValueLayout.JAVA_INT, firstPair);
    for (int i = 0; i < pairs; i++) {
      long end = offsets.getAtIndex(ValueLayout.JAVA_INT, firstPair + i + 1);
      float sum = 0;
      for (; at < end; at++) {
        int state = next.getAtIndex(ValueLayout.JAVA_INT, at);
        sum = Math.fma(p.getAtIndex(ValueLayout.JAVA_FLOAT, at), v[state], sum);
      }
      out[i] = sum;
    }
  }

  /**
   * x ← log x, to 10⁻¹⁵. The array is 16 elements longer than count.
   *
   * @param x normal positive numbers
   * @param count how many
   */
  default void logarithms(double[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = Math.log(x[i]);
    }
  }
}
