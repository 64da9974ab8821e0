package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One thread's few vectors beside the arrays, for networks and steps. */
final class LoopScratch {
  final Square square = new Square();

  /** Two vectors of doubles. */
  final MemorySegment sums = Arena.ofAuto().allocate(2 * BYTES, 64);

  private final MemorySegment corner = Arena.ofAuto().allocate(LANES * BYTES, 64);

  /** A vector of each array of {@link AdamStep}. */
  private final MemorySegment few = Arena.ofAuto().allocate(5 * BYTES, 64);

  LoopScratch() {
    square.scratchAt = corner.address();
  }

  /** The numbers behind the last whole vector, which are copied to a vector of their own. */
  void tail(AdamStep s, int rest, Apart loop) {
    long at = s.at + s.count * 4L;
    long bytes = rest * 4L;
    few.fill((byte) 0);
    load(s.parameters, at, 0, bytes);
    load(s.first, at, 1, bytes);
    load(s.second, at, 2, bytes);
    load(s.gradient, at, 3, bytes);
    load(s.target, at, 4, bytes);
    s.count = LANES;
    s.parametersAt = few.address();
    s.firstAt = few.address() + BYTES;
    s.secondAt = few.address() + 2 * BYTES;
    s.gradientFrom = few.address() + 3 * BYTES;
    s.targetAt = few.address() + 4 * BYTES;
    loop.run(s);
    store(0, s.parameters, at, bytes);
    store(1, s.first, at, bytes);
    store(2, s.second, at, bytes);
    store(4, s.target, at, bytes);
  }

  private void load(MemorySegment from, long at, int vector, long bytes) {
    if (from != null) {
      MemorySegment.copy(from, at, few, vector * BYTES, bytes);
    }
  }

  private void store(int vector, MemorySegment to, long at, long bytes) {
    if (to != null) {
      MemorySegment.copy(few, vector * BYTES, to, at, bytes);
    }
  }
}
