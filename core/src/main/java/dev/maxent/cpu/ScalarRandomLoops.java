package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/** Random numbers in plain Java, see {@link ScalarRandom}. */
final class ScalarRandomLoops implements RandomLoops {
  private final ThreadLocal<ScalarScratch> scratch;

  ScalarRandomLoops(ThreadLocal<ScalarScratch> scratch) {
    this.scratch = scratch;
  }

  @Override
  public void words(
      long seed, long counter, long first, int blocks, MemorySegment out, long outAt) {
    ScalarRandom.words(scratch.get(), seed, counter, first, blocks, out, outAt);
  }

  @Override
  public void uniform(MemorySegment words, long at, int count) {
    ScalarRandom.uniform(scratch.get(), words, at, count);
  }

  @Override
  public void normal(MemorySegment words, long at, int count) {
    ScalarRandom.normal(scratch.get(), words, at, count);
  }

  @Override
  public void gumbel(MemorySegment words, long at, int count) {
    ScalarRandom.gumbel(scratch.get(), words, at, count);
  }

  @Override
  public void perturb(
      MemorySegment q,
      long at,
      float max,
      float inverse,
      MemorySegment noise,
      long noiseAt,
      int count) {
    ScalarRandom.perturb(scratch.get(), q, at, max, inverse, noise, noiseAt, count);
  }
}
