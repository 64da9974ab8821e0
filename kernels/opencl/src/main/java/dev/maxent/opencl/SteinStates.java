package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.SteinRank;

/**
 * Temperature and bandwidth of each state, in scratch on the device. A median is the element of a
 * rank among squared distances, found by their bits, eight at a time: exact, and nothing of the
 * size n × n is kept. Few particles, or many states, are searched by one work-group to a state in
 * one launch, many particles of few states by all groups in launches by turns, with bins for each
 * state.
 */
final class SteinStates {
  private static final int BINS = 256;
  private static final int SEARCH_BYTES = 24;

  /** Distances per work-item up to which one group searches a state alone. */
  private static final long ALONE = 64;

  /** States per compute unit from which one group to each keeps the device busy. */
  private static final int MANY_STATES = 4;

  private final OpenClQueue queue;
  private DeviceMemory bandwidths;
  private DeviceMemory alphas;
  private DeviceMemory search;
  private DeviceMemory next;
  private DeviceMemory bins;

  /** Of the last rule, kept so that calls allocate nothing. */
  private SteinRank rank;

  SteinStates(OpenClQueue queue) {
    this.queue = queue;
  }

  DeviceMemory bandwidths() {
    return bandwidths;
  }

  DeviceMemory alphas() {
    return alphas;
  }

  /** Fills both; the bandwidth is NaN where a number of the state is not finite or in range. */
  void prepare(
      Particles source,
      DeviceArray score,
      Particles target,
      Bandwidth bandwidth,
      Temperature temperature) {
    int states = source.states();
    bandwidths = queue.atLeast(bandwidths, 4L * states);
    alphas = queue.atLeast(alphas, 4L * states);
    KernelCall call =
        kernel("prepare", group(source))
            .begin()
            .array(source.array())
            .array(score)
            .array(target.array())
            .int32(source.count())
            .int32(target.count())
            .int32(source.dimensions())
            .int32(score == null ? 0 : 1)
            .int32(SteinRules.code(bandwidth, source.count()))
            .float32(SteinRules.constant(bandwidth))
            .array(bandwidth.array())
            .int32(RowArguments.flags(temperature));
    RowArguments.bindConstant(call, temperature)
        .array(temperature.array())
        .memory(bandwidths)
        .memory(alphas)
        .run(states);
    if (SteinRules.searches(bandwidth, source.count())) {
      search(source, target, bandwidth);
    }
  }

  private void search(Particles source, Particles target, Bandwidth bandwidth) {
    rank = SteinRank.of(rank, bandwidth.rule(), source.count(), target.count());
    int states = source.states();
    search = queue.atLeast(search, (long) SEARCH_BYTES * states);
    next = queue.atLeast(next, 4L * states);
    Particles other = rank.cross() ? target : source;
    if (aloneEach(states, rank.elements())) {
      bind(kernel("search_group", group(source)), source, other, rank)
          .int64(rank.rank())
          .memory(search)
          .memory(next)
          .run(states);
    } else {
      searchTogether(source, other, rank);
    }
    KernelCall call =
        kernel("bandwidth_of", queue.tuning().group())
            .begin()
            .memory(search)
            .memory(next)
            .int32(states);
    SteinRules.bind(call, bandwidth, rank).memory(bandwidths).runOver(states);
  }

  /** Whether each state is searched by one group: few distances, or states for all units. */
  private boolean aloneEach(int states, long elements) {
    return elements <= ALONE * queue.tuning().group()
        || (states >= MANY_STATES * (long) units() && elements <= Integer.MAX_VALUE);
  }

  private void searchTogether(Particles source, Particles other, SteinRank rank) {
    int states = source.states();
    int group = queue.tuning().single() ? 1 : queue.tuning().group();
    // As many as keep the device busy, and so many that a group counts with 32 bits.
    long filling = (queue.device().isCpu() ? 64L : 8L) * units();
    long wanted = Math.max(filling / states, rank.elements() >> 31);
    int perState = (int) Math.min(source.count(), Math.max(1, wanted));
    bins = queue.atLeast(bins, 8L * BINS * states);
    kernel("search_begin", queue.tuning().group())
        .begin()
        .memory(search)
        .memory(bins)
        .memory(next)
        .int64(rank.rank())
        .int32(states)
        .runOver((long) BINS * states);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bind(kernel("search_count", group), source, other, rank)
          .int32(perState)
          .int32(shift)
          .memory(search)
          .memory(bins)
          .run((long) states * perState);
      kernel("search_pick", group).begin().memory(search).memory(bins).int32(shift).run(states);
    }
    bind(kernel("search_next", group), source, other, rank)
        .int32(perState)
        .memory(search)
        .memory(next)
        .run((long) states * perState);
  }

  private static KernelCall bind(
      KernelCall call, Particles source, Particles other, SteinRank rank) {
    return call.begin()
        .array(source.array())
        .array(other.array())
        .int32(source.count())
        .int32(other.count())
        .int32(source.dimensions())
        .int32(rank.cross() ? 1 : 0);
  }

  /** The mean of rows' sums: the last step of the discrepancy. */
  void mean(DeviceMemory rows, Particles particles, DeviceArray out) {
    kernel("discrepancy_of", group(particles))
        .begin()
        .memory(rows)
        .int32(particles.count())
        .array(out)
        .run(particles.states());
  }

  KernelCall kernel(String name, int group) {
    return queue.kernel(Source.STEIN_STATES, name, "", group);
  }

  /** Work-items for one state: one on a CPU, a warp for few particles. */
  private int group(Particles particles) {
    if (queue.tuning().single()) {
      return 1;
    }
    return particles.count() <= 64 ? Math.min(32, queue.tuning().group()) : queue.tuning().group();
  }

  private int units() {
    return queue.device().computeUnits();
  }
}
