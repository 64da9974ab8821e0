package dev.maxent.workload;

import dev.maxent.reference.Draw;
import dev.maxent.reference.Philox;

/** The radius √(−2 log u) that a normal number of a case came from. */
final class RadiusOf {
  private final Draw draw = new Draw();

  private RadiusOf(Inputs inputs) {
    int[] state = inputs.ints("state");
    draw.set(
        Integer.toUnsignedLong(state[0]) | (long) state[1] << 32,
        Integer.toUnsignedLong(state[2]) | (long) state[3] << 32);
  }

  static double pair(Inputs inputs, int index) {
    RadiusOf radius = inputs.derive(RadiusOf.class, RadiusOf::new);
    return Math.sqrt(-2 * Math.log(Philox.uniform(radius.draw.word(index & ~1))));
  }
}
