package dev.maxent.cpu;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.RandomState;

/** Hands drawing and index operations to their tasks. */
final class CpuRandom extends RandomKernels {
  private final DrawTask draws;
  private final RowCopyTask copies;
  private final RandomDraw draw = new RandomDraw();

  CpuRandom(Backend backend, CpuEngine engine) {
    super(backend);
    draws = new DrawTask(engine);
    copies = new RowCopyTask(engine);
  }

  @Override
  protected void launchBits(RandomState state, DeviceArray words) {
    draws.fill(DrawTask.Kind.BITS, draw.take(state, true), words);
  }

  @Override
  protected void launchUniform(RandomState state, DeviceArray values) {
    draws.fill(DrawTask.Kind.UNIFORM, draw.take(state, true), values);
  }

  @Override
  protected void launchNormal(RandomState state, DeviceArray values) {
    draws.fill(DrawTask.Kind.NORMAL, draw.take(state, true), values);
  }

  @Override
  protected void launchIndices(RandomState state, int bound, DeviceArray indices) {
    draws.indices(draw.take(state, true), bound, indices);
  }

  @Override
  protected void launchPermutation(
      RandomState state, int size, int offset, boolean advance, DeviceArray permutation) {
    draws.permutation(draw.take(state, advance), size, offset, permutation);
  }

  @Override
  protected void launchGather(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    copies.gather(source, width, indices, target);
  }

  @Override
  protected void launchScatter(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    copies.scatter(source, width, indices, target);
  }
}
