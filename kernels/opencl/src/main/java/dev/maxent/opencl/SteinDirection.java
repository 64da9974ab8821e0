package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;

/**
 * The Stein direction where bandwidths and temperatures of all states are known: on a CPU a target
 * to a work-item, elsewhere blocks of targets or, with many dimensions, tiles.
 */
final class SteinDirection {
  /** Targets that a work-item holds at most, by dimensions from 1; beyond go tiles. */
  private static final int[] TARGETS = {4, 4, 4, 4, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1};

  /** The same dimensions. */
  static final int MOST_IN_REGISTERS = TARGETS.length;

  /** Slices of a group at most: those of a block are added up one after the other. */
  private static final int MOST_SLICES = 32;

  /** BAND of stein_tiles.cl. */
  private static final int BAND = 4;

  private final OpenClQueue queue;
  private final SteinMacros macros;
  private final int tile;

  // Of the block of targets last computed.
  private int slices;
  private int targets;

  SteinDirection(OpenClQueue queue, SteinMacros macros) {
    this.queue = queue;
    this.macros = macros;
    int side = 1;
    while (4 * side * side <= Math.min(256, queue.tuning().group())) {
      side *= 2;
    }
    tile = side;
  }

  /** Writes all of it. */
  void run(
      Particles source,
      DeviceArray score,
      Particles target,
      SteinKernel kernel,
      SteinStates states,
      DeviceArray direction) {
    int d = source.dimensions();
    int group = queue.tuning().group();
    if (queue.tuning().single()) {
      String text = macros.of(d, kernel);
      KernelCall call = queue.kernel(Source.STEIN, "direction_registers", text, group);
      bind(call, source, score, target, states).int32(source.states());
      counts(call, source, target);
      shape(call, kernel).array(direction).runOver((long) target.states() * target.count());
    } else if (d <= MOST_IN_REGISTERS) {
      chooseBlock(source, target);
      String text = macros.of(d, kernel, "TARGETS", targets);
      KernelCall call = queue.kernel(Source.STEIN_BLOCKS, "direction_blocks", text, group);
      bind(call, source, score, target, states);
      counts(call, source, target).int32(slices);
      shape(call, kernel).array(direction).run(groups(target));
    } else {
      String text = macros.of(d, kernel, "TILE", tile);
      KernelCall call = queue.kernel(Source.STEIN_TILES, "direction_tiles", text, tile * tile);
      bind(call, source, score, target, states);
      counts(call, source, target);
      int side = 2 * tile;
      long blocks = (long) target.states() * ((target.count() + side - 1) / side);
      shape(call, kernel).array(direction).run(blocks * bands(d));
    }
  }

  /** Groups that share the dimensions of a block of targets, as stein_tiles.cl counts them. */
  private int bands(int dimensions) {
    int chunks = (dimensions + 4 * tile - 1) / (4 * tile);
    return (chunks + BAND - 1) / BAND;
  }

  private static KernelCall bind(
      KernelCall call, Particles source, DeviceArray score, Particles target, SteinStates states) {
    return call.begin()
        .array(source.array())
        .array(score)
        .array(target.array())
        .memory(states.bandwidths())
        .memory(states.alphas());
  }

  private static KernelCall counts(KernelCall call, Particles source, Particles target) {
    return call.int32(source.count()).int32(target.count());
  }

  /** What an inverse multiquadric has: c² and β. */
  static KernelCall shape(KernelCall call, SteinKernel kernel) {
    return kernel instanceof SteinKernel.InverseMultiquadric imq
        ? call.floats((float) imq.squaredOffset(), (float) imq.exponent())
        : call.floats(0, 0);
  }

  /**
   * Slices until no block has twice the targets of a state and every unit has work; then fewer
   * targets to a work-item. By shapes and device only, so that the same call gives the same bits.
   */
  private void chooseBlock(Particles source, Particles target) {
    targets = TARGETS[source.dimensions() - 1];
    slices = 1;
    int most = Math.min(queue.tuning().group(), Math.min(MOST_SLICES, source.count()));
    while (2 * slices <= most && isFew(target)) {
      slices *= 2;
    }
    while (targets > 1 && isFew(target)) {
      targets /= 2;
    }
  }

  private boolean isFew(Particles target) {
    return block() / 2 >= target.count() || 2 * groups(target) < 3L * queue.device().computeUnits();
  }

  private int block() {
    return queue.tuning().group() / slices * targets;
  }

  private long groups(Particles target) {
    return (long) target.states() * ((target.count() + block() - 1) / block());
  }
}
