package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import org.jocl.CL;
import org.jocl.Pointer;
import org.junit.jupiter.api.Test;

/** Guard bytes notice whatever is written behind an array: other tests rely on them. */
class GuardTest {
  private static final byte[] OTHER = {0x7F};

  @Test
  void noticesEachByte() {
    Needed.opencl();
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl")) {
      for (ElementType type : ElementType.values()) {
        for (int length : new int[] {0, 1, 5, 16}) {
          try (DeviceArray array = backend.allocate(type, length)) {
            check(backend, (OpenClArray) array, (long) length * type.bytes());
          }
        }
      }
    }
  }

  private static void check(OpenClBackend backend, OpenClArray array, long used) {
    assertTrue(array.isGuardIntact(), "before anything is written");
    long end = array.memory().bytes();
    assertTrue(end - used >= 64, "guard bytes");
    if (used > 0) {
      write(backend, array, used - 1, OTHER);
      assertTrue(array.isGuardIntact(), "the last element is no guard");
    }
    byte[] before = new byte[1];
    for (long at = used; at < end; at++) {
      CL.clEnqueueReadBuffer(
          backend.queue().handle(),
          array.memory().handle(),
          true,
          at,
          1,
          Pointer.to(before),
          0,
          null,
          null);
      // Every bit set: read as a float it is NaN, as an integer −1.
      assertEquals(-1, before[0]);
      write(backend, array, at, OTHER);
      assertFalse(array.isGuardIntact(), "byte " + at + " behind " + used);
      write(backend, array, at, before);
    }
    assertTrue(array.isGuardIntact(), "after all is as it was");
  }

  private static void write(OpenClBackend backend, OpenClArray array, long at, byte[] value) {
    CL.clEnqueueWriteBuffer(
        backend.queue().handle(),
        array.memory().handle(),
        true,
        at,
        1,
        Pointer.to(value),
        0,
        null,
        null);
  }
}
