package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/**
 * What {@link StepLoops} do to which parameters: see {@code AdamSettings}. Particles are moved as
 * parameters with their direction as gradient and a negative rate.
 */
final class AdamStep {
  /** How the target network follows. */
  static final int NO_TARGET = 0;

  static final int FOLLOW = 1;
  static final int COPY = 2;

  MemorySegment parameters;

  /** Null where the rule has none, as are second and target. */
  MemorySegment first;

  MemorySegment second;
  MemorySegment gradient;
  MemorySegment target;

  /** Byte offset of the first number in all of them, and how many. */
  long at;

  int count;

  /** What the gradient is multiplied by. */
  float scale;

  /** 1 − η · decay. */
  float keep;

  float beta1;
  float beta2;

  /** 1 − β. */
  float rest1;

  float rest2;

  /** η / (1 − β₁ᵗ), or η by itself where there is no first moment. */
  float rate;

  /** 1 / (1 − β₂ᵗ). */
  float correction;

  float epsilon;
  int targetRule;
  float tau;

  // For the vector loops: addresses.
  long parametersAt;
  long firstAt;
  long secondAt;
  long gradientFrom;
  long targetAt;

  /** Lets go of the arrays. */
  void clear() {
    parameters = null;
    first = null;
    second = null;
    gradient = null;
    target = null;
  }
}
