package dev.maxent.cpu;

import dev.maxent.backend.Backend;
import dev.maxent.workload.CeilingProbe;
import dev.maxent.workload.Ceilings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what the cpu backend's own threads and loops can do on this machine: reading and copying
 * arrays larger than the caches, fused multiply-adds in registers, and the exponential of its loops
 * on values in the first-level cache. Medians of several runs.
 */
public final class CpuCeilings implements CeilingProbe {
  /** Larger than the last-level cache of the machines that this is meant for. */
  private static final long BYTES = 256L << 20;

  private static final int RUNS = 15;

  /** Between two medians. */
  private static final long REST_NANOS = 250_000_000;

  /** Long enough for HotSpot to have compiled a simple loop for good. */
  private static final long WARM_UP_NANOS = 300_000_000;

  /** The same for the exponential, whose loops are compiled several times before they are fast. */
  private static final long LONG_WARM_UP_NANOS = 1_600_000_000;

  private static final int CACHED_ROWS = 16;
  private static final int CACHED_COLUMNS = 256;

  /** For {@link java.util.ServiceLoader}. */
  public CpuCeilings() {}

  @Override
  public Optional<Ceilings> measure(Backend backend) {
    if (!(backend instanceof CpuBackend cpu)) {
      return Optional.empty();
    }
    backend.enter();
    try {
      return Optional.of(measure(cpu.engine()));
    } finally {
      backend.exit();
    }
  }

  private static Ceilings measure(CpuEngine engine) {
    Loops loops = engine.loops();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment source = arena.allocate(BYTES, 64).fill((byte) 1);
      MemorySegment target = arena.allocate(BYTES / 2, 64).fill((byte) 1);
      double read =
          BYTES
              / seconds(
                  engine, WARM_UP_NANOS, BYTES, (from, to, _) -> loops.readBytes(source, from, to));
      double copy =
          BYTES
              / seconds(
                  engine,
                  WARM_UP_NANOS,
                  BYTES / 2,
                  (from, to, _) -> MemorySegment.copy(source, from, target, from, to - from));
      long repeats = 4_000_000;
      double flops =
          repeats
              * loops.flopsPerRepeat()
              / seconds(
                  engine, WARM_UP_NANOS, repeats, (from, to, _) -> loops.multiplyAdd(to - from));
      long blocks = 4_000;
      double exps =
          blocks
              * (double) CACHED_ROWS
              * CACHED_COLUMNS
              / seconds(
                  engine,
                  LONG_WARM_UP_NANOS,
                  blocks,
                  (from, to, w) -> exponentials(engine, source, to - from, w));
      return new Ceilings(read, copy, flops, exps);
    }
  }

  private static void exponentials(
      CpuEngine engine, MemorySegment source, long blocks, int worker) {
    Block block = engine.block(worker);
    block.rows = CACHED_ROWS;
    block.setAlpha(1);
    Arrays.fill(block.max, 1f);
    for (long i = 0; i < blocks; i++) {
      engine.loops().exponentials(source, CACHED_COLUMNS, block);
    }
  }

  /**
   * Seconds of a task over all pieces on all threads: the better of two medians some time apart, as
   * the threads of other libraries that have just been loaded may still spin.
   */
  private static double seconds(
      CpuEngine engine, long warmUpNanos, long pieces, Workers.Task task) {
    long warm = System.nanoTime() + warmUpNanos;
    while (System.nanoTime() < warm) {
      engine.workers().split(pieces, task);
    }
    double first = median(engine, pieces, task);
    LockSupport.parkNanos(REST_NANOS);
    return Math.min(first, median(engine, pieces, task));
  }

  private static double median(CpuEngine engine, long pieces, Workers.Task task) {
    double[] seconds = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      engine.workers().split(pieces, task);
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    Arrays.sort(seconds);
    return seconds[RUNS / 2];
  }
}
