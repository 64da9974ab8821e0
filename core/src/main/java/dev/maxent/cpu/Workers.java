package dev.maxent.cpu;

import static dev.maxent.cpu.WorkerLines.BUSY;
import static dev.maxent.cpu.WorkerLines.IDLE;
import static dev.maxent.cpu.WorkerLines.OFFERED;

import dev.maxent.backend.BackendException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Splits work among threads. Every thread first claims pieces of its own share, the same stretch in
 * every call, so that it finds its data in its own cache; then it helps with the other shares, so
 * that a slow or late thread delays nothing but the piece it holds. Work too small to be worth
 * waking a helper runs on the caller alone. A call allocates nothing.
 */
final class Workers implements AutoCloseable {
  /** Below this much estimated work a second thread costs more than it brings. */
  private static final long WORTH_WAKING_NANOS = 15_000;

  /** About as much as a thread claims at a time. */
  private static final double GRAIN_NANOS = 200_000;

  /** How long a helper spins for the next call before it parks. */
  private static final long SPIN_NANOS = 50_000;

  /** Something that can be done piece by piece, in any order, by any thread. */
  interface Task {
    /**
     * Does some pieces.
     *
     * @param from the first
     * @param to behind the last
     * @param worker 0 for the caller, else the helper's number: whose scratch to use
     */
    void run(long from, long to, int worker);
  }

  private final Helper[] helpers;
  private final WorkerLines lines;
  private volatile boolean closed;
  private volatile Throwable failure;

  /**
   * Of this call or the last; set only if it is another, as that takes the line from all others.
   */
  private Task task;

  Workers(int threads) {
    lines = new WorkerLines(threads);
    helpers = new Helper[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(i + 1);
      helpers[i].start();
    }
  }

  int threads() {
    return helpers.length + 1;
  }

  /**
   * Runs all pieces and returns when they are done.
   *
   * @param newPieces how many
   * @param nanosPerPiece a rough estimate
   * @param newTask what to do
   */
  void run(long newPieces, double nanosPerPiece, Task newTask) {
    double nanos = newPieces * nanosPerPiece;
    if (newPieces < 2 || helpers.length == 0 || nanos < WORTH_WAKING_NANOS) {
      newTask.run(0, newPieces, 0);
      return;
    }
    long balanced = newPieces / (8L * threads());
    start(
        newPieces, Math.max(1, Math.min(balanced, (long) (GRAIN_NANOS / nanosPerPiece))), newTask);
  }

  /**
   * Runs all pieces in sixteen claims per thread, on all threads whatever the work.
   *
   * @param newPieces how many
   * @param newTask what to do
   */
  void split(long newPieces, Task newTask) {
    start(newPieces, Math.max(1, newPieces / (16L * threads())), newTask);
  }

  @SuppressWarnings("ReferenceEquality") // is it the very task?
  private void start(long pieces, long grain, Task newTask) {
    if (task != newTask) {
      task = newTask;
    }
    if (failure != null) {
      failure = null;
    }
    for (int worker = 0; worker < threads(); worker++) {
      lines.set(worker, start(worker, pieces), pieces, grain);
    }
    offer();
    boolean done = false;
    try {
      claim(0);
      done = true;
    } finally {
      if (!done) {
        exhaust();
      }
      for (Helper helper : helpers) {
        helper.await();
      }
    }
    if (failure != null) {
      throw new BackendException("a worker thread failed: " + failure.getMessage(), failure);
    }
  }

  /** Either a helper sees the offer before it parks, or it is seen here that it will park. */
  private void offer() {
    for (int worker = 1; worker < threads(); worker++) {
      lines.setState(worker, OFFERED);
    }
    VarHandle.fullFence();
    for (Helper helper : helpers) {
      if (helper.parked) {
        LockSupport.unpark(helper);
      }
    }
  }

  private void claim(int worker) {
    Task mine = task;
    long pieces = lines.pieces(worker);
    long grain = lines.grain(worker);
    for (int i = 0; i < threads(); i++) {
      int share = (worker + i) % threads();
      long end = start(share + 1, pieces);
      while (lines.next(share) < end) {
        long from = lines.claim(share, grain);
        if (from < end) {
          mine.run(from, Math.min(end, from + grain), worker);
        }
      }
    }
  }

  private long start(int share, long pieces) {
    return pieces * share / threads();
  }

  private void exhaust() {
    for (int worker = 0; worker < threads(); worker++) {
      lines.exhaust(worker);
    }
  }

  /** Between two looks at what another thread will do soon: it may wait for this very core. */
  @SuppressWarnings("ThreadPriorityCheck") // yields only after spinning long
  static void pause(int spins) {
    if (spins % 1024 == 0) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Helper helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  /**
   * Takes part in calls while they are offered. The caller takes an offer back once all pieces are
   * claimed, so it never waits for a helper to wake up.
   */
  private final class Helper extends Thread {
    /** Looks between two looks at the clock. */
    private static final int LOOKS = 16;

    private final int number;
    private volatile boolean parked;

    Helper(int number) {
      super("maxent-cpu-" + number);
      this.number = number;
      setDaemon(true);
    }

    /** Waits until this helper is done with the call, or takes the offer back. */
    void await() {
      if (!lines.changeState(number, OFFERED, IDLE)) {
        for (int spins = 1; lines.state(number) == BUSY; spins++) {
          pause(spins);
        }
      }
    }

    @Override
    public void run() {
      while (!closed) {
        if (isOffered()) {
          try {
            claim(number);
          } catch (Throwable error) {
            failure = error;
            exhaust();
          }
          lines.setState(number, IDLE);
        } else {
          park();
        }
      }
    }

    /** Waits for an offer for a while, and takes it. */
    private boolean isOffered() {
      long start = System.nanoTime();
      do {
        for (int look = 0; look < LOOKS; look++) {
          // Not read first: that would have the line come twice.
          if (lines.changeState(number, OFFERED, BUSY)) {
            return true;
          }
          Thread.onSpinWait();
        }
      } while (System.nanoTime() - start < SPIN_NANOS);
      return false;
    }

    private void park() {
      parked = true;
      if (lines.state(number) != OFFERED && !closed) {
        LockSupport.park(Workers.this);
      }
      parked = false;
    }
  }
}
