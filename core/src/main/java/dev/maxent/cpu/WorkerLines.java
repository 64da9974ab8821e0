package dev.maxent.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * What the workers of a call tell each other, each worker's in lines of the cache of its own: what
 * a helper waits for comes with all that it starts from, and a worker's claims of its own share
 * move no line between cores, which takes as long as exp of a thousand numbers.
 */
final class WorkerLines {
  /** The state of a helper that spins or parks. */
  static final long IDLE = 0;

  /** That of one to which a call is open. */
  static final long OFFERED = 1;

  /** That of one who takes part. */
  static final long BUSY = 2;

  /** Two lines, as neighbours are fetched together. */
  private static final long WORKER_BYTES = 128;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle HANDLE = LONG.varHandle();
  private static final long STATE = 0;
  private static final long NEXT = 8;
  private static final long PIECES = 16;
  private static final long GRAIN = 24;

  private final MemorySegment lines;

  WorkerLines(int workers) {
    lines = Arena.ofAuto().allocate(workers * WORKER_BYTES, WORKER_BYTES);
  }

  /** Where a worker's share starts, and what the call is; to be seen by who sees its offer. */
  void set(int worker, long next, long pieces, long grain) {
    long at = worker * WORKER_BYTES;
    lines.set(LONG, at + NEXT, next);
    lines.set(LONG, at + PIECES, pieces);
    lines.set(LONG, at + GRAIN, grain);
  }

  long pieces(int worker) {
    return lines.get(LONG, worker * WORKER_BYTES + PIECES);
  }

  long grain(int worker) {
    return lines.get(LONG, worker * WORKER_BYTES + GRAIN);
  }

  /** The next piece of a worker's share, a look that leaves the line with it. */
  long next(int worker) {
    return (long) HANDLE.getOpaque(lines, worker * WORKER_BYTES + NEXT);
  }

  /** Claims pieces of a worker's share, whose first is returned. */
  long claim(int worker, long count) {
    return (long) HANDLE.getAndAdd(lines, worker * WORKER_BYTES + NEXT, count);
  }

  /** Leaves nothing of a worker's share to claim. */
  void exhaust(int worker) {
    HANDLE.setVolatile(lines, worker * WORKER_BYTES + NEXT, Long.MAX_VALUE / 2);
  }

  long state(int worker) {
    return (long) HANDLE.getVolatile(lines, worker * WORKER_BYTES + STATE);
  }

  /** Sets the state behind all that was written before. */
  void setState(int worker, long state) {
    HANDLE.setRelease(lines, worker * WORKER_BYTES + STATE, state);
  }

  boolean changeState(int worker, long from, long to) {
    return HANDLE.compareAndSet(lines, worker * WORKER_BYTES + STATE, from, to);
  }
}
