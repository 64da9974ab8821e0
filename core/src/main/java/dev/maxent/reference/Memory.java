package dev.maxent.reference;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Elements of the reference backend's arrays: reals are float64 there. */
final class Memory {
  private Memory() {}

  static double real(DeviceArray array, long index) {
    return ((HostArray) array).real(index);
  }

  static void setReal(DeviceArray array, long index, double value) {
    ((HostArray) array).setReal(index, value);
  }

  static int int32(DeviceArray array, long index) {
    return segment(array).getAtIndex(ValueLayout.JAVA_INT, index);
  }

  static void setInt32(DeviceArray array, long index, int value) {
    segment(array).setAtIndex(ValueLayout.JAVA_INT, index, value);
  }

  static boolean flag(DeviceArray array, long index) {
    return segment(array).get(ValueLayout.JAVA_BYTE, index) != 0;
  }

  static void setByte(DeviceArray array, long index, byte value) {
    segment(array).set(ValueLayout.JAVA_BYTE, index, value);
  }

  static byte byteAt(DeviceArray array, long index) {
    return segment(array).get(ValueLayout.JAVA_BYTE, index);
  }

  private static MemorySegment segment(DeviceArray array) {
    return ((HostArray) array).segment();
  }
}
