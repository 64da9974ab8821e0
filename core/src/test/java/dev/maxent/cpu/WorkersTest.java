package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.BackendException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  /** An estimate that makes any two pieces worth a second thread. */
  private static final double LONG = 1e6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void doesEveryPieceOnce(int threads) {
    try (Workers workers = new Workers(threads)) {
      assertEquals(threads, workers.threads());
      for (int pieces : new int[] {0, 1, 2, 3, 7, 64, 1009}) {
        for (int round = 0; round < 200; round++) {
          AtomicIntegerArray done = new AtomicIntegerArray(pieces);
          double nanos = round % 2 == 0 ? LONG : 1000;
          workers.run(pieces, nanos, (from, to, worker) -> count(done, from, to, worker, threads));
          assertOnce(done);
          AtomicIntegerArray again = new AtomicIntegerArray(pieces);
          workers.split(pieces, (from, to, worker) -> count(again, from, to, worker, threads));
          assertOnce(again);
        }
      }
    }
  }

  private static void count(AtomicIntegerArray done, long from, long to, int worker, int threads) {
    assertTrue(worker >= 0 && worker < threads, () -> "worker " + worker);
    for (long piece = from; piece < to; piece++) {
      done.incrementAndGet((int) piece);
    }
  }

  private static void assertOnce(AtomicIntegerArray done) {
    for (int i = 0; i < done.length(); i++) {
      assertEquals(1, done.get(i), "piece " + i + " of " + done.length());
    }
  }

  @Test
  void helpersTakePart() throws InterruptedException {
    try (Workers workers = new Workers(3)) {
      Set<String> names = ConcurrentHashMap.newKeySet();
      CountDownLatch all = new CountDownLatch(3);
      Set<Integer> numbers = ConcurrentHashMap.newKeySet();
      workers.run(
          64,
          LONG,
          (_, _, worker) -> {
            if (numbers.add(worker)) {
              names.add(Thread.currentThread().getName());
              all.countDown();
              await(all);
            }
          });
      assertEquals(Set.of(0, 1, 2), numbers);
      assertEquals(3, names.size());
      assertTrue(all.await(0, TimeUnit.SECONDS));
    }
  }

  @Test
  void wakesHelpersThatHaveParked() throws InterruptedException {
    Set<Thread> before = helpers();
    try (Workers workers = new Workers(2)) {
      Set<Thread> mine = helpers();
      mine.removeAll(before);
      Thread helper = mine.iterator().next();
      for (int round = 0; round < 50; round++) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (helper.getState() != Thread.State.WAITING && System.nanoTime() < deadline) {
          Thread.sleep(1);
        }
        assertSame(Thread.State.WAITING, helper.getState(), "an idle helper parks");
        CountDownLatch both = new CountDownLatch(2);
        workers.split(
            2,
            (_, _, _) -> {
              both.countDown();
              await(both);
            });
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void smallWorkStaysWithTheCaller() {
    Thread caller = Thread.currentThread();
    try (Workers workers = new Workers(3)) {
      for (int round = 0; round < 1000; round++) {
        Workers.Task task =
            (_, _, worker) -> {
              assertEquals(0, worker);
              assertSame(caller, Thread.currentThread());
            };
        workers.run(1, LONG, task);
        workers.run(100, 10, task);
      }
    }
  }

  @Test
  void passesOnWhatTheCallerThrows() {
    try (Workers workers = new Workers(2)) {
      UnsupportedOperationException thrown = new UnsupportedOperationException("here");
      for (int pieces : new int[] {1, 99}) {
        CountDownLatch callerIsIn = new CountDownLatch(1);
        Workers.Task task =
            (_, _, worker) -> {
              if (worker == 0) {
                callerIsIn.countDown();
                throw thrown;
              }
              await(callerIsIn);
            };
        assertSame(thrown, assertThrows(Exception.class, () -> workers.run(pieces, LONG, task)));
        assertUsable(workers);
      }
    }
  }

  @Test
  void passesOnWhatAHelperThrows() {
    try (Workers workers = new Workers(2)) {
      for (Throwable thrown :
          new Throwable[] {new IllegalArgumentException("there"), new StackOverflowError()}) {
        CountDownLatch helperIsIn = new CountDownLatch(1);
        Workers.Task task =
            (_, _, worker) -> {
              if (worker == 0) {
                await(helperIsIn);
              } else {
                helperIsIn.countDown();
                sneak(thrown);
              }
            };
        Exception passedOn =
            assertThrows(BackendException.class, () -> workers.run(64, LONG, task));
        assertSame(thrown, passedOn.getCause());
        assertUsable(workers);
      }
    }
  }

  private static void sneak(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) thrown;
  }

  private static void assertUsable(Workers workers) {
    AtomicIntegerArray done = new AtomicIntegerArray(500);
    workers.run(500, LONG, (from, to, worker) -> count(done, from, to, worker, 2));
    assertOnce(done);
  }

  @Test
  void closingStopsTheThreads() throws InterruptedException {
    Set<Thread> before = helpers();
    Workers workers = new Workers(4);
    Set<Thread> mine = helpers();
    mine.removeAll(before);
    assertEquals(3, mine.size());
    mine.forEach(thread -> assertTrue(thread.isDaemon()));
    workers.close();
    workers.close();
    for (Thread thread : mine) {
      thread.join(60_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  private static Set<Thread> helpers() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().startsWith("maxent-cpu-"));
    return threads;
  }
}
