package dev.maxent.cpu;

import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.reference.SteinMedian;
import dev.maxent.reference.SteinRank;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bandwidth of a state by a rule, for any finite particles. Squared distances in float32 serve
 * as long as the median is among them; where it is beyond, those of the particles times {@value
 * #SHRINK} do, as whatever that rounds to 0 is far below the median.
 */
@SuppressWarnings("ReferenceEquality") // an array is equal only to itself
final class SteinBandwidth {
  /** Differences of floats, times this, have squares whose sums are floats. */
  private static final float SHRINK = 0x1p-80f;

  private static final double GROW = 0x1p160;

  private final SteinSearch search;

  /** Of the last rule, kept so that calls allocate nothing. */
  private volatile SteinRank known;

  SteinBandwidth(CpuEngine engine) {
    search = new SteinSearch(engine);
  }

  /**
   * Finds it.
   *
   * @param x source particles, finite
   * @param y target particles, finite
   * @param bandwidth a rule
   * @param state which
   * @param block scratch
   * @param alone whether all workers may work on this state; the block is then that of worker 0
   * @return h
   */
  double find(
      Particles x, Particles y, Bandwidth bandwidth, int state, SteinBlock block, boolean alone) {
    int n = x.count();
    if (n == 1) {
      return 1;
    }
    SteinRank rank = SteinRank.of(known, bandwidth.rule(), n, y.count());
    known = rank;
    Particles others = rank.cross() ? y : x;
    block.x = SoftTask.segment(x.array());
    block.y = SoftTask.segment(others.array());
    block.n = n;
    block.m = others.count();
    block.d = x.dimensions();
    block.pairs = !rank.cross();
    block.stateX = (long) state * n * block.d * Float.BYTES;
    block.stateY = (long) state * block.m * block.d * Float.BYTES;
    search.find(block, rank.rank(), alone);
    double unit = 1;
    if (!Double.isFinite(low(rank, block) + high(rank, block))) {
      shrink(block, x.array() == others.array());
      search.find(block, rank.rank(), alone);
      unit = GROW;
    }
    return SteinMedian.bandwidth(bandwidth, n, low(rank, block) * unit, high(rank, block) * unit);
  }

  private static double low(SteinRank rank, SteinBlock block) {
    return rank.fromZero() ? 0 : block.low;
  }

  private static double high(SteinRank rank, SteinBlock block) {
    return rank.even() ? block.high : block.low;
  }

  /** The block's particles ← a copy that is nearer to 0. */
  private static void shrink(SteinBlock b, boolean same) {
    int sources = b.n * b.d;
    int targets = same ? 0 : b.m * b.d;
    MemorySegment copy = b.shrunk((long) sources + targets);
    shrink(b.x, b.stateX, copy, 0, sources);
    shrink(b.y, b.stateY, copy, sources, targets);
    b.x = copy;
    b.y = copy;
    b.stateX = 0;
    b.stateY = same ? 0 : (long) sources * Float.BYTES;
  }

  private static void shrink(MemorySegment from, long at, MemorySegment to, int first, int count) {
    for (int i = 0; i < count; i++) {
      float value = from.get(ValueLayout.JAVA_FLOAT, at + (long) i * Float.BYTES);
      to.setAtIndex(ValueLayout.JAVA_FLOAT, (long) first + i, value * SHRINK);
    }
  }
}
