package dev.maxent.benchmarks;

import java.util.List;

/** Transitions of a task with continuous observations and actions, one per row. */
@SuppressWarnings("ArrayRecordComponent") // to read
record Transitions(
    String name,
    Columns observations,
    Columns actions,
    float[] rewards,
    Columns nextObservations,
    boolean[] terminated) {

  /** Rows of one width, one after the other. */
  @SuppressWarnings("ArrayRecordComponent") // to read
  record Columns(int width, float[] values) {}

  int rows() {
    return rewards.length;
  }

  /** Observation and action side by side, of some rows: what Q takes. */
  float[] inputs(List<Integer> rows) {
    int s = observations.width();
    int a = actions.width();
    float[] inputs = new float[Math.multiplyExact(rows.size(), s + a)];
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.get(i);
      System.arraycopy(observations.values(), row * s, inputs, i * (s + a), s);
      System.arraycopy(actions.values(), row * a, inputs, i * (s + a) + s, a);
    }
    return inputs;
  }

  /** The elements of some rows of an array with one per row. */
  static float[] pick(float[] values, List<Integer> rows) {
    float[] picked = new float[rows.size()];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[rows.get(i)];
    }
    return picked;
  }
}
