package dev.maxent.cpu;

import dev.maxent.backend.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Scratch of floats that grows: off-heap for vector loops, which want it aligned, an array for
 * plain loops, which HotSpot vectorises over arrays only. What it held is lost when it grows.
 */
final class Floats implements AutoCloseable {
  /** Floats behind the last, for vectors that are read whole. */
  private static final int SPARE = 64;

  private static final long ALIGNMENT = 64;
  private final boolean onHeap;
  private Arena arena;
  private long length;

  /** The memory; an array's or not. */
  MemorySegment segment = MemorySegment.NULL;

  /** The array, or null. */
  float[] array;

  /** Address of the first float, if there is no array. */
  long address;

  Floats(boolean onHeap) {
    this.onHeap = onHeap;
  }

  /** Makes room for count floats. */
  void fit(long count) {
    if (length >= count && length > 0) {
      return;
    }
    long floats = count + count / 4 + SPARE;
    close();
    try {
      if (onHeap) {
        array = new float[Math.toIntExact(floats)];
        segment = MemorySegment.ofArray(array);
      } else {
        arena = Arena.ofShared();
        segment = arena.allocate(floats * Float.BYTES, ALIGNMENT);
        address = segment.address();
      }
    } catch (OutOfMemoryError | ArithmeticException error) {
      close();
      throw new BackendException(
          "scratch of " + floats + " floats does not fit: " + error.getMessage(), error);
    }
    length = floats - SPARE;
  }

  float get(long index) {
    return array == null
        ? VectorMath.MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address + index * Float.BYTES)
        : array[(int) index];
  }

  void set(long index, float value) {
    if (array == null) {
      long at = address + index * Float.BYTES;
      VectorMath.MEMORY.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, value);
    } else {
      array[(int) index] = value;
    }
  }

  /** Copies count floats from a byte offset of a segment. */
  void load(MemorySegment from, long at, long index, long count) {
    MemorySegment.copy(from, at, segment, index * Float.BYTES, count * Float.BYTES);
  }

  /** Copies count floats to a byte offset of a segment. */
  void store(long index, MemorySegment to, long at, long count) {
    MemorySegment.copy(segment, index * Float.BYTES, to, at, count * Float.BYTES);
  }

  @Override
  public void close() {
    length = 0;
    segment = MemorySegment.NULL;
    array = null;
    address = 0;
    if (arena != null) {
      Arena old = arena;
      arena = null;
      old.close();
    }
  }
}
