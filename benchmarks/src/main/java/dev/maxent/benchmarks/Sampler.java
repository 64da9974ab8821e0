package dev.maxent.benchmarks;

import java.util.Arrays;

/**
 * Times one entry: warmed up until the compiler is done, then samples that each last long enough
 * for the clock. Several samplers take turns of some milliseconds, so that a machine that slows
 * down slows all alike, and none runs into what another left behind.
 */
final class Sampler {
  private static final long LEAST_WARM_NANOS = 1_200_000_000;
  private static final long MOST_WARM_NANOS = 12_000_000_000L;
  private static final long WINDOW_NANOS = 300_000_000;
  private static final int IDLE_WINDOWS = 3;

  /** A window in which HotSpot has compiled for longer counts as no idle one. */
  private static final long COMPILING_MILLIS = 30;

  /** A window that is faster than the best before by less than this has not gained. */
  private static final double GAIN = 0.05;

  private static final long SAMPLE_NANOS = 200_000;
  private static final long TOTAL_NANOS = 500_000_000;
  private static final long TURN_NANOS = 50_000_000;
  private static final long REWARM_NANOS = 5_000_000;
  private static final int LEAST_SAMPLES = 11;

  /**
   * How many runs in a row may update the same arrays. Adam's first moment of a unit that gets no
   * gradient is subnormal after 830 steps.
   */
  private static final int MOST_RUNS = 500;

  private final Contestant.Entry entry;
  private double[] samples = new double[64];
  private int count;
  private int batch;
  private long spent;
  private int runs;

  Sampler(Contestant.Entry entry) {
    this.entry = entry;
  }

  /**
   * Runs until three windows in a row are no faster than the best before, and HotSpot neither has
   * anything of ours to compile nor had, which takes seconds where loops of the Vector API are
   * long: between two of them it waits until the next has run often enough.
   */
  void warmUp() {
    long start = System.nanoTime();
    batch = 1;
    double best = Double.POSITIVE_INFINITY;
    int idle = 0;
    while (idle < IDLE_WINDOWS || System.nanoTime() - start < LEAST_WARM_NANOS) {
      long compiled = Compiling.millis();
      double nanos = window();
      boolean compiling =
          Compiling.isUnderWay() || Compiling.millis() - compiled > COMPILING_MILLIS;
      idle = nanos > best * (1 - GAIN) && !compiling ? idle + 1 : 0;
      best = Math.min(best, nanos);
      if (System.nanoTime() - start > MOST_WARM_NANOS) {
        return;
      }
    }
  }

  /** What one run takes, over a window; sets the batch too. */
  private double window() {
    long start = System.nanoTime();
    long runs = 0;
    long elapsed;
    do {
      runs += batch;
      long nanos = Math.max(1, time());
      if (nanos < SAMPLE_NANOS) {
        batch = (int) Math.min(1 << 20, 1 + batch * SAMPLE_NANOS / nanos);
      } else if (nanos > 2 * SAMPLE_NANOS) {
        // The first runs are interpreted; later ones may need a larger batch than they suggest.
        batch = (int) Math.max(1, batch * SAMPLE_NANOS / nanos);
      }
      elapsed = System.nanoTime() - start;
    } while (elapsed < WINDOW_NANOS);
    return (double) elapsed / runs;
  }

  boolean isDone() {
    return count >= LEAST_SAMPLES && spent >= TOTAL_NANOS;
  }

  /** Some samples in a row, after a few runs that bring threads and caches back. */
  void turn() {
    long start = System.nanoTime();
    do {
      time();
    } while (System.nanoTime() - start < REWARM_NANOS);
    long end = spent + TURN_NANOS;
    do {
      sample();
    } while (spent < end && !isDone());
  }

  private void sample() {
    long nanos = time();
    spent += nanos;
    if (count == samples.length) {
      samples = Arrays.copyOf(samples, 2 * count);
    }
    samples[count++] = (double) nanos / batch;
  }

  double leastMicros() {
    return Arrays.stream(samples, 0, count).min().orElse(Double.NaN) / 1000;
  }

  /** What a batch takes; what it changes is set back now and then, outside of that time. */
  private long time() {
    if (runs >= MOST_RUNS) {
      entry.restore();
      entry.finish();
      runs = 0;
    }
    runs += batch;
    long start = System.nanoTime();
    for (int i = 0; i < batch; i++) {
      entry.run();
    }
    entry.finish();
    return System.nanoTime() - start;
  }

  double medianMicros() {
    double[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    int middle = count / 2;
    double nanos = count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return nanos / 1000;
  }
}
