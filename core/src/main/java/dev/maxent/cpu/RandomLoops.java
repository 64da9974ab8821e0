package dev.maxent.cpu;

import dev.maxent.reference.Philox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The inner loops of random numbers. */
interface RandomLoops {

  /**
   * Random words: out ← the words of blocks first … first + blocks − 1. The memory must reach 128
   * bytes beyond the last word; more blocks may be written there.
   *
   * @param seed key
   * @param counter number of the draw
   * @param first index of the first block of four words
   * @param blocks how many
   * @param out int32
   * @param outAt byte offset of the first word there
   */
  void words(long seed, long counter, long first, int blocks, MemorySegment out, long outAt);

  /**
   * Elements of a permutation: out ← those at positions first … first + count − 1.
   *
   * @param keys as for {@link Philox#permuted}
   * @param half the same
   * @param size elements permuted
   * @param first position
   * @param out int32
   * @param outAt byte offset of the first element there
   * @param count how many
   */
  default void permute(
      int[] keys, int half, int size, int first, MemorySegment out, long outAt, int count) {
    for (int i = 0; i < count; i++) {
      int element = Philox.permuted(keys, half, size, first + i);
      out.set(ValueLayout.JAVA_INT, outAt + i * 4L, element);
    }
  }

  /**
   * words ← uniform numbers, in place, int32 to float32. The memory must reach 64 bytes beyond the
   * last word; these three may write there.
   *
   * @param words int32 in, float32 out
   * @param at byte offset of the first
   * @param count how many
   */
  void uniform(MemorySegment words, long at, int count);

  /**
   * words ← standard normal numbers, in place, pair by pair, int32 to float32.
   *
   * @param words int32 in, float32 out
   * @param at byte offset of the first
   * @param count how many; even
   */
  void normal(MemorySegment words, long at, int count);

  /**
   * words ← Gumbel noise −log(−log u), in place, int32 to float32.
   *
   * @param words int32 in, float32 out
   * @param at byte offset of the first
   * @param count how many
   */
  void gumbel(MemorySegment words, long at, int count);

  /**
   * noise ← (q − max) · inverse + noise.
   *
   * @param q floats
   * @param at byte offset of the first
   * @param max the row's maximum
   * @param inverse 1/α
   * @param noise noise in, scores out
   * @param noiseAt byte offset of the first
   * @param count how many
   */
  void perturb(
      MemorySegment q,
      long at,
      float max,
      float inverse,
      MemorySegment noise,
      long noiseAt,
      int count);
}
