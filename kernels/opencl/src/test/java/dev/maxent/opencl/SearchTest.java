package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A driver that hangs is given up on, but not asked twice at once. */
class SearchTest {
  private static final long PATIENCE = 20_000;

  @Test
  void waitsAgainForOneThatHangs() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    Search<Integer> search =
        new Search<>(
            "hangs",
            () -> {
              int number = started.incrementAndGet();
              try {
                release.await();
              } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
              }
              return number;
            });
    assertNull(search.ask(10));
    assertNull(search.ask(10));
    release.countDown();
    assertEquals(1, search.ask(PATIENCE));
    assertEquals(2, search.ask(PATIENCE), "an answer ends its search");
  }
}
