package dev.maxent.cpu;

import dev.maxent.kernel.SteinKernel;
import java.lang.foreign.MemorySegment;

/** What the loops of SVGD need of one state, and one worker's scratch for them. */
final class SteinBlock implements AutoCloseable {
  /** Which kernel. */
  static final int RBF = 0;

  static final int IMQ = 1;
  static final int LINEAR = 2;

  /** Squared distances that the first worker keeps at most, and a few more. */
  static final int VALUES = 1 << 20;

  /** What the other workers keep, all of them together, but none less than the least. */
  private static final int OTHERS = 4 * VALUES;

  private static final int LEAST_VALUES = 1 << 15;

  /** Squared distances of a state that are computed only once. */
  static final int FEW = 8192;

  /** A vector, and a group of sources by the widest tile: room is looked for group by group. */
  private static final int SPARE = 64 + SteinLoops.GROUP * 64;

  /** Squared distances that this worker keeps at most, and a few more. */
  final int most;

  // The state: arrays, byte offsets of its first element, sizes.
  MemorySegment x;
  MemorySegment s;
  MemorySegment y;
  MemorySegment out;
  long stateX;
  long stateY;
  int n;
  int m;
  int d;
  boolean pairs;

  // The kernel: k = factor · 2^(r² · scale), or with the logarithm of 1 + r² · grow instead of r².
  int kind;
  float scale;
  float limit;
  float factor;
  float grow;

  /** What δ · k (RBF) or δ · k / (1 + r² · grow) (IMQ) is multiplied by in α ∇k. */
  float slope;

  /** α. */
  float alpha;

  /** What r² · k (RBF) or r² · k / (1 + r² · grow)² (IMQ) is multiplied by in the discrepancy. */
  float curve;

  // Selection.
  float from;
  float to;
  int thin;
  long below;
  long belowSquared;
  long inside;
  float above;
  int kept;

  /** Whether the values are not needed any more after the next selection. */
  boolean spend;

  float low;
  float high;

  /** What the loops work on, by address. */
  long sourceAt;

  long scoreAt;
  long tileAt;
  long tileScoreAt;
  long sumAt;
  long kernelAt;
  long growthAt;
  int kernels;
  float share;
  long valuesAt;
  int rank;
  int groups;
  int sources;

  /** Bytes from a row of the transposed particles to the next; no constant to HotSpot. */
  long tileStep;

  // Of pairs that count for both, see SteinMutualLoops: all tiles, the particles of the last one,
  // where a chunk of sources lies, and sums of that chunk and of some tiles.
  long cloudAt;
  int targets;
  long sourceTileAt;
  long ownAt;
  long theirsAt;

  private final Block.Room tiles = new Block.Room();
  private final Block.Room values = new Block.Room();
  private final Block.Room transposed = new Block.Room();
  private final Block.Room shrunk = new Block.Room();

  /** Scratch of one of so many workers. */
  SteinBlock(int worker, int threads) {
    most = worker == 0 ? VALUES : Math.clamp(OTHERS / threads, LEAST_VALUES, VALUES);
  }

  /** Targets, transposed, their scores, sums of a stretch, all sums, and a padded group. */
  MemorySegment tiles(long floats) {
    return tiles.atLeast(floats);
  }

  /** Room for squared distances. */
  MemorySegment values() {
    return values.atLeast(pairs || m > 0 ? capacity() + SPARE : SPARE);
  }

  private long capacity() {
    long all = pairs ? (long) n * (n - 1) / 2 : (long) n * m;
    return all <= FEW ? FEW : most;
  }

  /** All targets, transposed, or all tiles; shared by the workers on one state. */
  MemorySegment transposed(long floats) {
    return transposed.atLeast(floats);
  }

  /** Particles nearer to 0, see {@link SteinBandwidth}. */
  MemorySegment shrunk(long floats) {
    return shrunk.atLeast(floats);
  }

  /** Sets the numbers of the kernel. */
  void setKernel(SteinKernel kernel, double h, double weight) {
    alpha = (float) weight;
    factor = 1;
    grow = 0;
    switch (kernel) {
      case SteinKernel.Rbf _ -> {
        kind = RBF;
        setScale(-Block.OCTAVES / h);
        slope = (float) (-2 * weight / h);
        curve = (float) (4 / (h * h));
      }
      case SteinKernel.InverseMultiquadric imq -> {
        kind = IMQ;
        double c2 = imq.squaredOffset();
        double beta = imq.exponent();
        setScale(beta * Block.OCTAVES);
        factor = (float) Math.pow(c2, beta);
        grow = (float) (1 / (h * c2));
        slope = (float) (2 * beta * weight / (h * c2));
        curve = (float) (4 * beta * (beta - 1) / (h * h * c2 * c2));
      }
      case SteinKernel.Linear _ -> kind = LINEAR;
    }
  }

  /** Whether float32 holds the kernel's numbers with all digits, and 1 + r² · grow at all. */
  boolean fits() {
    if (kind != IMQ) {
      return true;
    }
    double squares = 4.0 * d * SteinStates.FARTHEST * SteinStates.FARTHEST;
    boolean normal = factor >= Float.MIN_NORMAL && grow >= Float.MIN_NORMAL;
    return normal && grow * squares < Float.MAX_VALUE;
  }

  private void setScale(double octaves) {
    scale = (float) octaves;
    limit = -127f / scale;
  }

  /** Takes over a state for counting, and starts to count. */
  void share(SteinBlock other) {
    x = other.x;
    y = other.y;
    stateX = other.stateX;
    stateY = other.stateY;
    n = other.n;
    m = other.m;
    d = other.d;
    pairs = other.pairs;
    tileAt = other.tileAt;
    tileStep = other.tileStep;
    from = other.from;
    to = other.to;
    thin = other.thin;
    below = 0;
    belowSquared = 0;
    inside = 0;
    kept = 0;
    above = Float.POSITIVE_INFINITY;
  }

  @Override
  public void close() {
    tiles.close();
    values.close();
    transposed.close();
    shrunk.close();
  }
}
