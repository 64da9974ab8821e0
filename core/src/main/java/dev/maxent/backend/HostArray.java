package dev.maxent.backend;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;

/**
 * An array of a backend that computes on the host: off-heap, 64-byte aligned, zeroed. Reals are
 * stored as float32 or as float64 ({@code reference}).
 */
public final class HostArray extends DeviceArray {
  private static final long ALIGNMENT = 64;

  /** NaN as a real of either size, no index, and not the −1 that operations write. */
  private static final int GUARD = -2;

  private final Arena arena;
  private final MemorySegment segment;
  private final MemorySegment guard;
  private final boolean doublePrecision;

  private HostArray(
      Backend backend, ElementType type, long length, boolean doublePrecision, Arena arena) {
    super(backend, type, length);
    this.doublePrecision = doublePrecision && type == ElementType.REAL;
    this.arena = arena;
    long bytes = Math.multiplyExact(length, this.doublePrecision ? Double.BYTES : type.bytes());
    MemorySegment memory = arena.allocate(Math.addExact(bytes, ALIGNMENT), ALIGNMENT);
    this.segment = memory.asSlice(0, bytes);
    this.guard = memory.asSlice(bytes);
    for (long i = 0; i < guard.byteSize() / Integer.BYTES; i++) {
      guard.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, GUARD);
    }
  }

  /**
   * Allocates an array of zeros.
   *
   * @param backend the owner
   * @param type what the elements are
   * @param length number of elements
   * @param doublePrecision whether reals are stored as float64
   * @return the array
   * @throws BackendException if the memory is not there
   */
  public static HostArray allocate(
      Backend backend, ElementType type, long length, boolean doublePrecision) {
    long elementBytes = doublePrecision && type == ElementType.REAL ? Double.BYTES : type.bytes();
    long limit = backend.info().maxAllocationBytes();
    if (length > limit / elementBytes) {
      throw refusal(backend, type, length, elementBytes, null);
    }
    Arena arena = Arena.ofShared();
    try {
      return new HostArray(backend, type, length, doublePrecision, arena);
    } catch (OutOfMemoryError error) {
      arena.close();
      throw refusal(backend, type, length, elementBytes, error);
    }
  }

  private static BackendException refusal(
      Backend backend, ElementType type, long length, long elementBytes, OutOfMemoryError cause) {
    return new BackendException(
        "allocating %s[%d] on %s asks for %.3e bytes; there are %d in all%s"
            .formatted(
                type,
                length,
                backend.info().id(),
                (double) length * elementBytes,
                backend.info().maxAllocationBytes(),
                cause == null ? "" : " (" + cause.getMessage() + ")"),
        cause);
  }

  /**
   * Memory of this machine.
   *
   * @return bytes in all
   */
  public static long hostMemoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /**
   * The memory itself.
   *
   * @return the whole array, in native byte order
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * A real, widened. For loops that are written to be read, not to be fast.
   *
   * @param index from 0 to length − 1
   * @return the element
   */
  public double real(long index) {
    return doublePrecision
        ? segment.getAtIndex(ValueLayout.JAVA_DOUBLE, index)
        : segment.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  /**
   * Sets a real, rounded to the array's precision.
   *
   * @param index from 0 to length − 1
   * @param value the element
   */
  public void setReal(long index, double value) {
    if (doublePrecision) {
      segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
    } else {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
    }
  }

  @Override
  protected void write(MemorySegment source) {
    if (doublePrecision) {
      for (long i = 0; i < length(); i++) {
        double value = source.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
        segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
      }
    } else {
      segment.copyFrom(source);
    }
  }

  @Override
  protected void read(MemorySegment target) {
    if (doublePrecision) {
      for (long i = 0; i < length(); i++) {
        float value = (float) segment.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        target.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
      }
    } else {
      target.copyFrom(segment);
    }
  }

  @Override
  protected void writeDoubles(double[] source) {
    if (doublePrecision) {
      segment.copyFrom(MemorySegment.ofArray(source));
    } else {
      super.writeDoubles(source);
    }
  }

  @Override
  protected void readDoubles(double[] target) {
    if (doublePrecision) {
      MemorySegment.ofArray(target).copyFrom(segment);
    } else {
      super.readDoubles(target);
    }
  }

  @Override
  protected boolean readGuard() {
    for (long i = 0; i < guard.byteSize() / Integer.BYTES; i++) {
      if (guard.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i) != GUARD) {
        return false;
      }
    }
    return true;
  }

  @Override
  protected void release() {
    arena.close();
  }
}
