package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array's floats, one at a time. For vector loops by absolute addresses: what a segment checks
 * takes ten times as long as the access, once code elsewhere has used segments of several kinds.
 */
final class FloatView {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private final boolean absolute;
  private MemorySegment segment;
  private long address;

  FloatView(boolean absolute) {
    this.absolute = absolute;
  }

  /**
   * Looks at another array.
   *
   * @param array large enough for every index to come, or null for none
   */
  void of(DeviceArray array) {
    segment = array == null ? null : SoftTask.segment(array);
    address = array == null || !absolute ? 0 : segment.address();
  }

  MemorySegment segment() {
    return segment;
  }

  /** Where a float lies, for vector loops. */
  long address(long index) {
    return address + index * Float.BYTES;
  }

  boolean isThere() {
    return segment != null;
  }

  float get(long index) {
    long at = index * Float.BYTES;
    return absolute ? VectorMath.MEMORY.get(REAL, address + at) : segment.get(REAL, at);
  }

  void set(long index, float value) {
    long at = index * Float.BYTES;
    if (absolute) {
      VectorMath.MEMORY.set(REAL, address + at, value);
    } else {
      segment.set(REAL, at, value);
    }
  }
}
