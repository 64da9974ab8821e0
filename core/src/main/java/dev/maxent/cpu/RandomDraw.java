package dev.maxent.cpu;

import dev.maxent.kernel.RandomState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Seed and counter of the draw under way; one object is reused for all draws of a family. */
final class RandomDraw {
  private long seed;
  private long counter;

  /** Reads the state's next draw and, if asked, counts it. */
  RandomDraw take(RandomState state, boolean advance) {
    MemorySegment words = SoftTask.segment(state.words());
    seed = words.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    counter = words.get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
    if (advance) {
      words.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, counter + 1);
    }
    return this;
  }

  long seed() {
    return seed;
  }

  long counter() {
    return counter;
  }
}
