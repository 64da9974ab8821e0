package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** What nothing exceeds would prove nothing: what {@link AllocationTest} measures with. */
class AllocationMeterTest {
  @Test
  void noticesOneSmallObjectPerCallAndWhatHelpersAllocate() {
    Object[] kept = new Object[1];
    double caller = AllocationTest.Meter.bytesPerCall(() -> kept[0] = new Object(), 1000);
    assertThrows(AssertionFailedError.class, () -> AllocationTest.check("an object", caller));
    try (Workers workers = new Workers(2)) {
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger done = new AtomicInteger();
      Workers.Task task =
          (_, _, worker) -> {
            if (worker == 1) {
              kept[0] = new byte[1000];
              // Not one more: a helper that takes both pieces must not stand in for its next call.
              done.set(asked.get());
            }
            while (done.get() < asked.get()) {
              Thread.onSpinWait();
            }
          };
      Runnable call =
          () -> {
            asked.incrementAndGet();
            workers.split(2, task);
          };
      AllocationTest.Meter.bytesPerCall(call, 1);
      double helper = AllocationTest.Meter.bytesPerCall(call, 20);
      assertTrue(helper >= 1000, () -> "saw " + helper);
    }
  }
}
