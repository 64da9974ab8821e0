package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.RandomState;
import dev.maxent.reference.Philox;

/** Random numbers and index operations by random.cl. */
final class OpenClRandom extends RandomKernels {
  /** What becomes of the words; the order of random.cl. */
  static final int BITS = 0;

  private static final int UNIFORM = 1;
  private static final int NORMAL = 2;
  private static final int INDICES = 3;

  private final OpenClQueue queue;

  OpenClRandom(Backend backend, OpenClQueue queue) {
    super(backend);
    this.queue = queue;
  }

  /** Fills an array from one draw; a draw of nothing still counts. */
  static void draw(
      OpenClQueue queue, RandomState state, DeviceArray out, long length, int kind, int bound) {
    queue
        .kernel(Source.RANDOM, "draw", "")
        .begin()
        .array(state.words())
        .memory(queue.ticket())
        .array(out)
        .int64(length)
        .int32(kind)
        .int32(bound)
        .run(Math.max(1, queue.groups((length + 3) / 4)));
  }

  private void draw(RandomState state, DeviceArray out, int kind, int bound) {
    draw(queue, state, out, out.length(), kind, bound);
  }

  @Override
  protected void launchBits(RandomState state, DeviceArray words) {
    draw(state, words, BITS, 1);
  }

  @Override
  protected void launchUniform(RandomState state, DeviceArray values) {
    draw(state, values, UNIFORM, 1);
  }

  @Override
  protected void launchNormal(RandomState state, DeviceArray values) {
    draw(state, values, NORMAL, 1);
  }

  @Override
  protected void launchIndices(RandomState state, int bound, DeviceArray indices) {
    draw(state, indices, INDICES, bound);
  }

  @Override
  protected void launchPermutation(
      RandomState state, int size, int offset, boolean advance, DeviceArray permutation) {
    queue
        .kernel(Source.RANDOM, "permute", "")
        .begin()
        .array(state.words())
        .memory(queue.ticket())
        .array(permutation)
        .int64(permutation.length())
        .int32(size)
        .int32(offset)
        .int32(Philox.permutationHalfBits(size))
        .int32(advance ? 1 : 0)
        .run(Math.max(1, queue.groups(permutation.length())));
  }

  @Override
  protected void launchGather(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    long length = target.length();
    queue
        .kernel(Source.RANDOM, isBytes(source) ? "gather_bytes" : "gather_words", "")
        .begin()
        .array(source)
        .int64(source.length() / width)
        .int32(width)
        .array(indices)
        .array(target)
        .int64(length)
        .int32(missing(source.type()))
        .run(queue.groups(length));
  }

  /** What a row out of range becomes, as bits. */
  private static int missing(ElementType type) {
    return switch (type) {
      case REAL -> Float.floatToRawIntBits(Float.NaN);
      case INT32 -> -1;
      case BYTE -> 0;
    };
  }

  @Override
  protected void launchScatter(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    long length = source.length();
    queue
        .kernel(Source.RANDOM, isBytes(source) ? "scatter_bytes" : "scatter_words", "")
        .begin()
        .array(source)
        .int32(width)
        .array(indices)
        .array(target)
        .int64(target.length() / width)
        .int64(length)
        .run(queue.groups(length));
  }

  private static boolean isBytes(DeviceArray array) {
    return array.type() == ElementType.BYTE;
  }
}
