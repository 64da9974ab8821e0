package dev.maxent.benchmarks;

import java.util.Arrays;

/**
 * Times one entry: warmed up until the compiler is done, then samples that each last long enough
 * for the clock. Several samplers take turns of some milliseconds, so that a machine that slows
 * down slows all alike, and none runs into what another left behind.
 */
final class Sampler {
  private static final long WARM_NANOS = 1_200_000_000;
  private static final long SAMPLE_NANOS = 200_000;
  private static final long TOTAL_NANOS = 500_000_000;
  private static final long TURN_NANOS = 50_000_000;
  private static final long REWARM_NANOS = 5_000_000;
  private static final int LEAST_SAMPLES = 11;

  private final Contestant.Entry entry;
  private double[] samples = new double[64];
  private int count;
  private int batch;
  private long spent;

  Sampler(Contestant.Entry entry) {
    this.entry = entry;
  }

  void warmUp() {
    long start = System.nanoTime();
    batch = 1;
    while (System.nanoTime() - start < WARM_NANOS) {
      long nanos = Math.max(1, time());
      if (nanos < SAMPLE_NANOS) {
        batch = (int) Math.min(1 << 20, 1 + batch * SAMPLE_NANOS / nanos);
      } else if (nanos > 2 * SAMPLE_NANOS) {
        // The first runs are interpreted; later ones may need a larger batch than they suggest.
        batch = (int) Math.max(1, batch * SAMPLE_NANOS / nanos);
      }
    }
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

  private long time() {
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
