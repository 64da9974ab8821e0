package dev.maxent.cpu;

import dev.maxent.backend.BackendException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

  /** The next piece of each share. */
  private final AtomicLong[] next;

  private volatile boolean closed;
  private volatile Throwable failure;
  private Task task;
  private long pieces;
  private long grain;

  Workers(int threads) {
    next = new AtomicLong[threads];
    for (int i = 0; i < threads; i++) {
      next[i] = new AtomicLong();
    }
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

  private void start(long newPieces, long newGrain, Task newTask) {
    task = newTask;
    pieces = newPieces;
    grain = newGrain;
    failure = null;
    for (int share = 0; share < next.length; share++) {
      next[share].set(start(share));
    }
    for (Helper helper : helpers) {
      helper.wake();
    }
    try {
      claim(0);
    } finally {
      leaveNothing();
      for (Helper helper : helpers) {
        helper.await();
      }
      task = null;
    }
    if (failure != null) {
      throw new BackendException("a worker thread failed: " + failure.getMessage(), failure);
    }
  }

  private void claim(int worker) {
    Task mine = task;
    long step = grain;
    for (int i = 0; i < next.length; i++) {
      int share = (worker + i) % next.length;
      long end = start(share + 1);
      AtomicLong claims = next[share];
      for (long from = claims.getAndAdd(step); from < end; from = claims.getAndAdd(step)) {
        mine.run(from, Math.min(end, from + step), worker);
      }
    }
  }

  private long start(int share) {
    return pieces * share / next.length;
  }

  /** Leaves nothing to claim. */
  private void leaveNothing() {
    for (AtomicLong claims : next) {
      claims.set(Long.MAX_VALUE / 2);
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
   * States of a helper: IDLE (spins or parks), OFFERED (a call is open to it), BUSY. The caller
   * takes an offer back once all pieces are claimed, so it never waits for a helper to wake up.
   */
  private final class Helper extends Thread {
    private static final int IDLE = 0;
    private static final int OFFERED = 1;
    private static final int BUSY = 2;
    private final int number;
    private final AtomicInteger state = new AtomicInteger();
    private volatile boolean parked;

    Helper(int number) {
      super("maxent-cpu-" + number);
      this.number = number;
      setDaemon(true);
    }

    void wake() {
      state.set(OFFERED);
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    /** Waits until this helper is done with the call, or takes the offer back. */
    void await() {
      if (!state.compareAndSet(OFFERED, IDLE)) {
        for (int spins = 1; state.get() == BUSY; spins++) {
          pause(spins);
        }
      }
    }

    @Override
    public void run() {
      long idleSince = System.nanoTime();
      while (!closed) {
        if (state.compareAndSet(OFFERED, BUSY)) {
          try {
            claim(number);
          } catch (Throwable error) {
            failure = error;
            leaveNothing();
          }
          state.set(IDLE);
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          park();
          idleSince = System.nanoTime();
        }
      }
    }

    private void park() {
      parked = true;
      if (state.get() != OFFERED && !closed) {
        LockSupport.park(Workers.this);
      }
      parked = false;
    }
  }
}
