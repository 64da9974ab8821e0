package dev.maxent.reference;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.RandomState;

/** One element after the other, each from its own word. */
final class ReferenceRandom extends RandomKernels {
  private final Draw draw = new Draw();

  ReferenceRandom(Backend backend) {
    super(backend);
  }

  /** Turns to the state's next draw and counts it. */
  static void next(RandomState state, Draw draw, boolean advance) {
    DeviceArray words = state.words();
    long seed = join(Memory.int32(words, 0), Memory.int32(words, 1));
    long counter = join(Memory.int32(words, 2), Memory.int32(words, 3));
    draw.set(seed, counter);
    if (advance) {
      Memory.setInt32(words, 2, (int) (counter + 1));
      Memory.setInt32(words, 3, (int) ((counter + 1) >>> 32));
    }
  }

  private static long join(int low, int high) {
    return Integer.toUnsignedLong(low) | (long) high << 32;
  }

  @Override
  protected void launchBits(RandomState state, DeviceArray words) {
    next(state, draw, true);
    for (long i = 0; i < words.length(); i++) {
      Memory.setInt32(words, i, draw.word(i));
    }
  }

  @Override
  protected void launchUniform(RandomState state, DeviceArray values) {
    next(state, draw, true);
    for (long i = 0; i < values.length(); i++) {
      Memory.setReal(values, i, Philox.uniform(draw.word(i)));
    }
  }

  @Override
  protected void launchNormal(RandomState state, DeviceArray values) {
    next(state, draw, true);
    for (long i = 0; i < values.length(); i += 2) {
      double radius = Math.sqrt(-2 * Math.log(Philox.uniform(draw.word(i))));
      double turns = Philox.uniform(draw.word(i + 1));
      Memory.setReal(values, i, radius * cosine(turns));
      if (i + 1 < values.length()) {
        Memory.setReal(values, i + 1, radius * cosine(turns - 0.25));
      }
    }
  }

  /** cos 2πv with the exact distance to the nearest quarter turn, so that zeros keep digits. */
  private static double cosine(double turns) {
    double quarter = Math.rint(4 * turns);
    double angle = (turns - quarter / 4) * (2 * Math.PI);
    return switch (Math.floorMod((int) quarter, 4)) {
      case 0 -> Math.cos(angle);
      case 1 -> -Math.sin(angle);
      case 2 -> -Math.cos(angle);
      default -> Math.sin(angle);
    };
  }

  @Override
  protected void launchIndices(RandomState state, int bound, DeviceArray indices) {
    next(state, draw, true);
    for (long i = 0; i < indices.length(); i++) {
      Memory.setInt32(indices, i, Philox.index(draw.word(i), bound));
    }
  }

  @Override
  protected void launchPermutation(
      RandomState state, int size, int offset, boolean advance, DeviceArray permutation) {
    next(state, draw, advance);
    int[] keys = new int[Philox.PERMUTATION_ROUNDS];
    for (int round = 0; round < keys.length; round++) {
      keys[round] = draw.word(round);
    }
    int half = Philox.permutationHalfBits(size);
    for (int i = 0; i < permutation.length(); i++) {
      Memory.setInt32(permutation, i, Philox.permuted(keys, half, size, offset + i));
    }
  }

  @Override
  protected void launchGather(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    long sourceRows = source.length() / width;
    for (long i = 0; i < indices.length(); i++) {
      int from = Memory.int32(indices, i);
      boolean inside = from >= 0 && from < sourceRows;
      for (int k = 0; k < width; k++) {
        copy(source, inside ? (long) from * width + k : -1, target, i * width + k);
      }
    }
  }

  @Override
  protected void launchScatter(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    long targetRows = target.length() / width;
    for (long i = 0; i < indices.length(); i++) {
      int to = Memory.int32(indices, i);
      if (to >= 0 && to < targetRows) {
        for (int k = 0; k < width; k++) {
          copy(source, i * width + k, target, (long) to * width + k);
        }
      }
    }
  }

  /** Copies an element; from −1 stands for what a row out of range becomes. */
  private static void copy(DeviceArray source, long from, DeviceArray target, long to) {
    switch (source.type()) {
      case REAL -> Memory.setReal(target, to, from < 0 ? Double.NaN : Memory.real(source, from));
      case INT32 -> Memory.setInt32(target, to, from < 0 ? -1 : Memory.int32(source, from));
      case BYTE -> Memory.setByte(target, to, from < 0 ? 0 : Memory.byteAt(source, from));
    }
  }
}
