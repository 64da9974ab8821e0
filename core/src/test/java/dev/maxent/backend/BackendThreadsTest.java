package dev.maxent.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One backend, several threads. */
class BackendThreadsTest {
  private static final int ROWS = 300;
  private static final int COLUMNS = 33;
  private static final int CALLS = 200;
  private static final Temperature ALPHA = Temperature.of(0.5);

  @OnTestedBackends
  void threadsDoNotDisturbEachOther(String id) throws Exception {
    try (Backend backend = Backends.open(id)) {
      float[] expected1 = solve(backend, 1);
      float[] expected2 = solve(backend, 2);
      together(
          () -> repeat(() -> assertArrayEquals(expected1, solve(backend, 1))),
          () -> repeat(() -> assertArrayEquals(expected2, solve(backend, 2))),
          () ->
              repeat(() -> {
                try (DeviceArray array = backend.int32(1, 2, 3)) {
                  assertArrayEquals(new int[] {1, 2, 3}, array.toInts());
                }
              }));
      long bytes = 4L * ROWS * COLUMNS * 2 * (CALLS + 1) + 12L * CALLS;
      assertEquals(bytes, backend.transfers().uploadedBytes());
    }
  }

  @OnTestedBackends
  void closingDuringUseEndsInAnException(String id) throws Exception {
    for (int round = 0; round < 20; round++) {
      Backend backend = Backends.open(id);
      float[] expected = solve(backend, 1);
      CountDownLatch working = new CountDownLatch(3 + round);
      Callable<Integer> worker =
          () -> {
            try {
              for (int calls = 0; ; calls++) {
                assertArrayEquals(expected, solve(backend, 1));
                working.countDown();
                assertTrue(calls < 1_000_000, "close() was not noticed");
              }
            } catch (IllegalStateException closed) {
              assertTrue(closed.getMessage().contains("closed"), closed::toString);
              return 1;
            }
          };
      together(
          worker,
          worker,
          () -> {
            assertTrue(working.await(60, TimeUnit.SECONDS));
            backend.close();
            return 0;
          });
      assertTrue(backend.isClosed());
    }
  }

  @OnTestedBackends
  void closingAnArrayDuringUseEndsInAnException(String id) throws Exception {
    try (Backend backend = Backends.open(id)) {
      float[] expected = solve(backend, 1);
      for (int round = 0; round < 20; round++) {
        DeviceArray q = backend.real(values(1));
        CountDownLatch working = new CountDownLatch(1 + round);
        together(
            () -> {
              try (DeviceArray value = backend.allocate(ElementType.REAL, ROWS)) {
                for (int calls = 0; ; calls++) {
                  backend.softValue().logSumExp(ActionValues.of(q, ROWS, COLUMNS), ALPHA, value);
                  assertArrayEquals(expected, value.toFloats());
                  working.countDown();
                  assertTrue(calls < 1_000_000, "close() was not noticed");
                }
              } catch (IllegalStateException closed) {
                assertTrue(closed.getMessage().contains("q is closed"), closed::toString);
                return 1;
              }
            },
            () -> {
              assertTrue(working.await(60, TimeUnit.SECONDS));
              q.close();
              return 0;
            });
      }
    }
  }

  private static float[] values(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] solve(Backend backend, long seed) {
    try (DeviceArray q = backend.real(values(seed));
        DeviceArray value = backend.allocate(ElementType.REAL, ROWS)) {
      backend.softValue().logSumExp(ActionValues.of(q, ROWS, COLUMNS), ALPHA, value);
      return value.toFloats();
    }
  }

  private static Integer repeat(Runnable action) {
    for (int i = 0; i < CALLS; i++) {
      action.run();
    }
    return CALLS;
  }

  @SafeVarargs
  private static void together(Callable<Integer>... tasks)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.length)) {
      List<Future<Integer>> futures = new ArrayList<>();
      for (Callable<Integer> task : tasks) {
        futures.add(threads.submit(task));
      }
      for (Future<Integer> future : futures) {
        future.get(120, TimeUnit.SECONDS);
      }
    }
  }
}
