package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Transfers use no thread but the caller's; what waits elsewhere may outlive the queue. */
class StagingTest {
  @Test
  void startsNoThread() {
    Needed.opencl();
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    try (Backend backend = Backends.open("opencl");
        DeviceArray array = backend.allocate(ElementType.REAL, 1000)) {
      MemorySegment host = MemorySegment.ofArray(new float[1000]);
      array.upload(host);
      array.download(host);
    }
    Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
    started.removeAll(before);
    assertEquals(Set.of(), started);
  }
}
