package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.SteinRank;

/**
 * The Stein direction of states that fit local memory, with temperatures and bandwidths, in one
 * launch: direction_small.
 */
final class SteinSmall {
  /** Work-items of a group at most, and so particles of a state: they often wait for each other. */
  private static final int SMALL_GROUP = 64;

  /** Squared distances that a group keeps, where it looks for medians; the last fit any state. */
  private static final int[] DISTANCES = {0, 512, 1024, 2048, 4096};

  private final OpenClQueue queue;
  private final SteinMacros macros;
  private final int group;

  /** Of the last rule, kept so that calls allocate nothing. */
  private SteinRank rank;

  SteinSmall(OpenClQueue queue, SteinMacros macros) {
    this.queue = queue;
    this.macros = macros;
    group = Math.min(SMALL_GROUP, queue.tuning().group());
  }

  /** Whether each particle of a state has a work-item that holds it in registers. */
  boolean fits(Particles source, Particles target) {
    return !queue.tuning().single()
        && lanes(source, target) <= group
        && source.dimensions() <= SteinDirection.MOST_IN_REGISTERS;
  }

  private static int lanes(Particles source, Particles target) {
    return Math.max(source.count(), target.count());
  }

  /** Writes all of it. */
  void run(
      Particles source,
      DeviceArray score,
      Particles target,
      SteinKernel kernel,
      Bandwidth bandwidth,
      Temperature temperature,
      DeviceArray direction) {
    int n = source.count();
    boolean searches = SteinRules.searches(bandwidth, n);
    if (searches) {
      rank = SteinRank.of(rank, bandwidth.rule(), n, target.count());
    }
    int elements = searches ? (int) rank.elements() : 0;
    int together = together(source, target);
    String text =
        macros.of(source.dimensions(), kernel, "DISTANCES", distances(together * elements));
    KernelCall call =
        queue
            .kernel(Source.STEIN_SMALL, "direction_small", text, group)
            .begin()
            .array(source.array())
            .array(score)
            .array(target.array())
            .int32(source.states())
            .int32(together)
            .int32(Integer.highestOneBit(group / (together * lanes(source, target))))
            .int32(n)
            .int32(target.count())
            .float32(SteinRules.constant(bandwidth))
            .array(bandwidth.array())
            .int32(RowArguments.flags(temperature));
    RowArguments.bindConstant(call, temperature)
        .array(temperature.array())
        .int32(searches ? (int) rank.rank() : 0)
        .int32(elements);
    if (searches) {
      SteinRules.bind(call, bandwidth, rank);
    } else {
      SteinRules.bindNothing(call, bandwidth);
    }
    SteinDirection.shape(call, kernel)
        .array(direction)
        .run((source.states() + together - 1L) / together);
  }

  /**
   * States to a group: as many as have work-items, but fewer where units would have no work; then
   * several work-items share a target.
   */
  private int together(Particles source, Particles target) {
    int most = group / lanes(source, target);
    int filling = source.states() / (2 * queue.device().computeUnits());
    return Math.max(1, Math.min(most, filling));
  }

  private static int distances(int least) {
    int i = 0;
    while (DISTANCES[i] < least) {
      i++;
    }
    return DISTANCES[i];
  }
}
