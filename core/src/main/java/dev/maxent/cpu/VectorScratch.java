package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One thread's few vectors beside the arrays, for {@link VectorNetworkLoops}. */
final class VectorScratch {
  final Square square = new Square();

  /** Two vectors of doubles. */
  final MemorySegment sums = Arena.ofAuto().allocate(2 * BYTES, 64);

  private final MemorySegment corner = Arena.ofAuto().allocate(LANES * BYTES, 64);

  /** A vector of each array of {@link AdamStep}. */
  private final MemorySegment few = Arena.ofAuto().allocate(5 * BYTES, 64);

  VectorScratch() {
    square.scratchAt = corner.address();
  }

  /** The numbers behind the last whole vector, which are copied to a vector of their own. */
  void tail(AdamStep s, int rest, Apart adam) {
    long at = s.at + s.count * 4L;
    long bytes = rest * 4L;
    few.fill((byte) 0);
    MemorySegment.copy(s.parameters, at, few, 0, bytes);
    MemorySegment.copy(s.first, at, few, BYTES, bytes);
    MemorySegment.copy(s.second, at, few, 2 * BYTES, bytes);
    MemorySegment.copy(s.gradient, at, few, 3 * BYTES, bytes);
    if (s.target != null) {
      MemorySegment.copy(s.target, at, few, 4 * BYTES, bytes);
    }
    s.count = LANES;
    s.parametersAt = few.address();
    s.firstAt = few.address() + BYTES;
    s.secondAt = few.address() + 2 * BYTES;
    s.gradientFrom = few.address() + 3 * BYTES;
    s.targetAt = few.address() + 4 * BYTES;
    adam.run(s);
    MemorySegment.copy(few, 0, s.parameters, at, bytes);
    MemorySegment.copy(few, BYTES, s.first, at, bytes);
    MemorySegment.copy(few, 2 * BYTES, s.second, at, bytes);
    if (s.target != null) {
      MemorySegment.copy(few, 4 * BYTES, s.target, at, bytes);
    }
  }
}
