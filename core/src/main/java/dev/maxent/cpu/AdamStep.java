package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/** What {@link NetworkLoops#adam} does to which parameters: see {@code AdamSettings}. */
final class AdamStep {
  /** How the target network follows. */
  static final int NO_TARGET = 0;

  static final int FOLLOW = 1;
  static final int COPY = 2;

  MemorySegment parameters;
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

  /** η / (1 − β₁ᵗ). */
  float rate;

  /** 1 / (1 − β₂ᵗ). */
  float correction;

  float epsilon;
  int targetRule;
  float tau;
  float restTau;

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
