package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The squared distance at a rank, exact whatever the order of work. Few distances are computed once
 * and kept. Many are computed again in each pass: a pass counts those up to two bounds that a
 * sample suggests, and keeps those in between as long as they fit; otherwise they are the next
 * sample. Of very many a small sample suggests bounds for a survey, a larger sample that is treated
 * as the pass treats all. The two bounds always enclose the rank, so that only the number of passes
 * depends on the sample: two as a rule. Where a sample does not bring the bounds together, as among
 * equal distances, a pass halves the bits between them, so that any input comes to an end.
 */
final class SteinSearch implements Workers.Task {
  private static final int SAMPLE = 8192;

  /** Half the distance of the bounds, in deviations of a rank of the sample. */
  private static final double DEVIATIONS = 4;

  /** The same for a survey, which is to have the rank within even if pairs are much alike. */
  private static final double DEVIATIONS_AHEAD = 10;

  /** Pieces of a survey, and how many times as many distances are worth one. */
  private static final int PIECES = 64;

  private static final long MANY = 64L * PIECES * SteinLoops.DRAWN;
  private static final double NANOS_PER_PAIR = 0.3;

  /** Passes that do not halve the bits between the bounds, before one that does. */
  private static final int PATIENCE = 2;

  /** Bits of the largest float. */
  private static final int LARGEST = Float.floatToRawIntBits(Float.MAX_VALUE);

  private final CpuEngine engine;
  private final SteinLoops loops;
  private final Workers.Task surveying = this::survey;

  // The bounds of the next pass and the share of the pairs between them.
  private int low;
  private int high;
  private double share;

  SteinSearch(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops().stein();
  }

  /**
   * Finds two neighbours in order. Squares beyond float32 count as +∞, and may be what is found.
   *
   * @param b the state; low and high out
   * @param rank from 0
   * @param alone whether all workers may work on this state; b is then that of worker 0
   */
  void find(SteinBlock b, long rank, boolean alone) {
    long all = b.pairs ? (long) b.n * (b.n - 1) / 2 : (long) b.n * b.m;
    loops.transpose(b);
    if (all <= SteinBlock.FEW) {
      loops.squares(b);
      b.rank = (int) rank;
      loops.select(b);
    } else {
      search(b, all, rank, alone);
    }
  }

  private void search(SteinBlock b, long all, long rank, boolean alone) {
    // The element lies above from and up to to, bits of floats: those of squares are in the order
    // of the numbers, and -1 is below 0.
    int from = -1;
    int to = LARGEST;
    long before = 0;
    long upTo = all;
    int idle = 0;
    b.valuesAt = b.values().address();
    loops.sample(b, SAMPLE);
    b.kept = SAMPLE;
    double part = (rank + 0.5) / all;
    boolean surveyed = b.pairs && all >= MANY && survey(b, part, alone);
    while (true) {
      if (surveyed) {
        surveyed = false;
      } else if (b.kept > 0) {
        double size = b.kept;
        double middle = (rank - before + 0.5) / (upTo - before) * size;
        bound(b, middle, 0.5 * DEVIATIONS * Math.sqrt(size) + 1, from, to);
        share /= size;
      } else {
        low = from;
        high = to;
        share = 1;
      }
      if (idle >= PATIENCE) {
        low = from;
        high = to - (to - from) / 2;
        share = 1;
      } else if (low == from && high == to && to - from > 2) {
        // Many equal ones at the bounds are either told apart or left out.
        low++;
        high--;
        share = 1;
      }
      double expected = Math.min(1, share) * (upTo - before);
      int thin = (int) Math.clamp(Math.ceil(expected / (0.5 * b.most)), 1, b.n);
      pass(b, thin, alone, false);
      int width = to - from;
      long under = b.below;
      long within = b.below + b.inside;
      if (rank < under) {
        to = low;
        upTo = under;
        b.kept = 0;
      } else if (rank >= within) {
        if (high == LARGEST) {
          b.low = Float.POSITIVE_INFINITY;
          b.high = Float.POSITIVE_INFINITY;
          return;
        }
        from = high;
        before = within;
        b.kept = 0;
      } else {
        from = low;
        to = high;
        before = under;
        upTo = within;
        if (to - from == 1) {
          b.low = b.to;
          b.high = upTo > rank + 1 ? b.to : b.above;
          return;
        }
        if (b.kept == b.inside) {
          float next = b.above;
          b.rank = (int) (rank - before);
          b.spend = true;
          loops.select(b);
          b.spend = false;
          b.high = upTo > rank + 1 ? b.high : next;
          return;
        }
      }
      idle = 2L * (to - from) <= width + 1L ? 0 : idle + 1;
    }
  }

  private int at(SteinBlock b, int rank) {
    b.rank = rank;
    loops.select(b);
    return Float.floatToRawIntBits(b.low);
  }

  /** Bounds ← elements so far from the middle in the order of those kept; share ← how many. */
  private void bound(SteinBlock b, double middle, double spread, int from, int to) {
    int first = (int) Math.floor(middle - spread);
    int last = (int) Math.ceil(middle + spread);
    high = last < b.kept ? Math.min(at(b, last), to) : to;
    low = first >= 0 ? Math.min(at(b, first), to) - 1 : from;
    share = last - first;
  }

  /**
   * Bounds by a survey. How far its rank may be off is seen by how the pieces differ, as vectors of
   * neighbours may be alike.
   *
   * @return whether there are any; else the sample is still there
   */
  private boolean survey(SteinBlock b, double part, boolean alone) {
    bound(b, part * SAMPLE, 0.5 * DEVIATIONS_AHEAD * Math.sqrt(SAMPLE), -1, LARGEST);
    pass(b, 1, alone, true);
    double size = (double) PIECES * SteinLoops.DRAWN;
    double mean = (double) b.below / PIECES;
    double deviation = Math.sqrt(Math.max(0, b.belowSquared - mean * b.below));
    if (b.kept == 0 || b.kept < b.inside) {
      return false;
    }
    bound(b, part * size - b.below, DEVIATIONS * deviation + 1, -1, LARGEST);
    share /= size;
    return true;
  }

  /** Counts over all sources; b has the sums, and what was kept as far as it fits. */
  private void pass(SteinBlock b, int thin, boolean alone, boolean surveys) {
    b.from = low < 0 ? -1 : Float.intBitsToFloat(low);
    b.to = Float.intBitsToFloat(high);
    b.thin = thin;
    int groups = surveys ? PIECES : Math.ceilDiv(b.n, SteinLoops.GROUP);
    if (!alone) {
      b.share(b);
      if (surveys) {
        loops.survey(b, 0, groups);
      } else {
        loops.count(b, 0, groups);
      }
      return;
    }
    for (int worker = engine.threads() - 1; worker >= 0; worker--) {
      engine.stein(worker).share(b);
    }
    double pairs = surveys ? SteinLoops.DRAWN : 0.5 * SteinLoops.GROUP * b.m;
    engine.workers().run(groups, pairs * NANOS_PER_PAIR, surveys ? surveying : this);
    for (int worker = 1; worker < engine.threads(); worker++) {
      SteinBlock other = engine.stein(worker);
      b.below += other.below;
      b.belowSquared += other.belowSquared;
      b.inside += other.inside;
      b.above = Math.min(b.above, other.above);
      int fit = Math.min(other.kept, b.most - b.kept);
      MemorySegment.copy(other.values(), 0, b.values(), b.kept * 4L, fit * 4L);
      b.kept += fit;
    }
  }

  @Override
  public void run(long from, long to, int worker) {
    loops.count(engine.stein(worker), (int) from, (int) to);
  }

  private void survey(long from, long to, int worker) {
    loops.survey(engine.stein(worker), (int) from, (int) to);
  }
}
