package dev.maxent.backend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostArrayTest {
  /** A guard that nothing could trip would prove nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  @SuppressWarnings("restricted")
  void guardNoticesWritesBeyondTheEnd(String id) {
    try (Backend backend = Backends.open(id)) {
      for (ElementType type : ElementType.values()) {
        for (long length : new long[] {0, 1, 3, 64}) {
          DeviceArray array = backend.allocate(type, length);
          assertTrue(array.isGuardIntact());
          MemorySegment segment = ((HostArray) array).segment();
          for (long beyond = 0; beyond < 64; beyond += 21) {
            long at = segment.byteSize() + beyond;
            MemorySegment memory = segment.reinterpret(at + 1);
            byte guard = memory.get(ValueLayout.JAVA_BYTE, at);
            memory.set(ValueLayout.JAVA_BYTE, at, (byte) ~guard);
            assertFalse(array.isGuardIntact(), () -> array + " written " + at);
            memory.set(ValueLayout.JAVA_BYTE, at, guard);
            assertTrue(array.isGuardIntact());
          }
        }
      }
    }
  }
}
