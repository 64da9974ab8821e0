package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.MemorySegment;

/** Random numbers with the Vector API. */
final class VectorRandomLoops implements RandomLoops {
  private final Apart words = Apart.of(VectorRandom.class, "words");
  private final Apart permute = Apart.of(VectorRandom.class, "permute");
  private final Apart uniform = Apart.of(VectorRandom.class, "uniform");
  private final Apart radiusAndTurns = Apart.of(VectorRandom.class, "radiusAndTurns");
  private final Apart boxMuller = Apart.of(VectorRandom.class, "boxMuller");
  private final Apart exponential = Apart.of(VectorRandom.class, "exponential");
  private final Apart negativeLog = Apart.of(VectorRandom.class, "negativeLog");
  private final Apart perturb = Apart.of(VectorElements.class, "perturb");

  @Override
  public void words(
      long seed, long counter, long first, int blocks, MemorySegment out, long outAt) {
    words.run(seed, counter, first, blocks, out.address() + outAt);
  }

  @Override
  public void permute(
      int[] keys, int half, int size, int first, MemorySegment out, long outAt, int count) {
    int whole = count & -LANES;
    permute.run(keys, half, size, first, out.address() + outAt, whole);
    // The walk of a position beyond the last might never end.
    int rest = count - whole;
    RandomLoops.super.permute(keys, half, size, first + whole, out, outAt + whole * 4L, rest);
  }

  @Override
  public void uniform(MemorySegment words, long at, int count) {
    uniform.run(words.address() + at, count);
  }

  @Override
  public void normal(MemorySegment words, long at, int count) {
    radiusAndTurns.run(words.address() + at, count);
    boxMuller.run(words.address() + at, count);
  }

  @Override
  public void gumbel(MemorySegment words, long at, int count) {
    exponential.run(words.address() + at, count);
    negativeLog.run(words.address() + at, count);
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
    perturb.run(q.address() + at, max, inverse, noise.address() + noiseAt, count);
  }
}
