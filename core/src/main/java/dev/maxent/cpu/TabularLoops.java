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
   * rows.taken ← π Q and rows.information ← π log π, to 10⁻¹⁵; 0 where π = 0 and Q is finite. What
   * it is where π &lt; 0 has no meaning.
   *
   * @param rows π and Q
   * @param pairs how many
   * @return whether any π has a minus sign
   */
  default boolean policyTerms(BackupRows rows, int pairs) {
    boolean signs = false;
    for (int i = 0; i < pairs; i++) {
      double p = rows.policy[i];
      signs |= p < 0;
      rows.taken[i] = p * rows.q[i];
      rows.information[i] = p * Math.log(p != 0 ? p : 1);
    }
    return signs;
  }
}
