package dev.maxent.backend;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/** Checks what crosses between the host and a {@link DeviceArray}. */
final class HostTransfer {
  private HostTransfer() {}

  static void checkBytes(DeviceArray array, ElementType expected, long bytes, String what) {
    if (bytes % expected.bytes() != 0) {
      throw new IllegalArgumentException(
          what
              + " of "
              + bytes
              + " bytes: expected "
              + array.length() * expected.bytes()
              + " bytes for "
              + array);
    }
    check(array, expected, bytes / expected.bytes(), what);
  }

  static void check(DeviceArray array, ElementType expected, long elements, String what) {
    if (array.type() != expected) {
      throw new IllegalArgumentException(
          "array is " + array + ": expected type " + expected + " for a " + what);
    }
    if (elements != array.length()) {
      throw new IllegalArgumentException(
          what + " of " + elements + " elements: expected " + array.length() + " for " + array);
    }
  }

  static int hostLength(DeviceArray array) {
    if (array.length() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          array + " does not fit a Java array: download it to a MemorySegment");
    }
    return (int) array.length();
  }

  static MemorySegment nativeOrder(FloatBuffer buffer) {
    Objects.requireNonNull(buffer, "buffer");
    if (buffer.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "FloatBuffer has order " + buffer.order() + ": expected " + ByteOrder.nativeOrder());
    }
    return MemorySegment.ofBuffer(buffer);
  }
}
