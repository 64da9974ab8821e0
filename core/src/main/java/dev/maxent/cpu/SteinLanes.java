package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * As many small states as a vector has lanes, one to a lane, and one worker's scratch for them. All
 * rows are one vector long: coordinate c of every state, or a number that each state has.
 */
final class SteinLanes extends Square implements AutoCloseable {
  /** Rows of single numbers. */
  private static final int NUMBERS = 10;

  private final Block.Room room = new Block.Room();
  private MemorySegment all = MemorySegment.NULL;

  /** States in lanes; the other lanes have the last one's numbers. */
  int states;

  int n;
  int d;

  /** Rows, by address: coordinates and scores of particle after particle. */
  long particlesAt;

  long scoresAt;
  long sumsAt;

  /** Bytes from a row to the next; no constant to HotSpot. */
  long rowBytes;

  /** Squared distances of the pairs (0, 1), (0, 2) … (1, 2) …; and their number. */
  long squaresAt;

  int pairs;

  /** The kernel matrix. */
  long kernelsAt;

  /** What to look for: the element at this rank among the squares and the next. */
  int rank;

  long lowAt;
  long highAt;

  /** Of the search: how many are below low and up to high, a bound, how many are up to it. */
  long lowCountAt;

  long highCountAt;
  long boundAt;
  long countAt;
  int passes;
  boolean open;

  /** Numbers of each kernel: octaves per square, the largest square, the weight of δ. */
  long scaleAt;

  long limitAt;
  long slopeAt;

  // The last of these, as many states often have the same.
  private double lastH = Double.NaN;
  private double lastAlpha = Double.NaN;
  private float scale;
  private float limit;
  private float slope;

  /** The largest bits without their sign of each lane's rows. */
  long largestAt;

  /** The particles, scores or sums that the next loop looks at. */
  long rowsAt;

  /**
   * Places all rows.
   *
   * @param particles of a state
   * @param dimensions of a particle
   * @param lanes of a vector
   * @param kernels how many rows the kernel matrix takes
   */
  void place(int particles, int dimensions, int lanes, int kernels) {
    n = particles;
    d = dimensions;
    pairs = n * (n - 1) / 2;
    long row = lanes * 4L;
    long coordinates = (long) n * d;
    all = room.atLeast((3 * coordinates + pairs + kernels + NUMBERS + lanes) * lanes);
    particlesAt = all.address();
    scoresAt = particlesAt + coordinates * row;
    sumsAt = scoresAt + coordinates * row;
    squaresAt = sumsAt + coordinates * row;
    kernelsAt = squaresAt + pairs * row;
    lowAt = kernelsAt + kernels * row;
    highAt = lowAt + row;
    scaleAt = highAt + row;
    limitAt = scaleAt + row;
    slopeAt = limitAt + row;
    largestAt = slopeAt + row;
    lowCountAt = largestAt + row;
    highCountAt = lowCountAt + row;
    boundAt = highCountAt + row;
    countAt = boundAt + row;
    scratchAt = countAt + row;
  }

  /** The element found. */
  float low(int lane) {
    return all.get(ValueLayout.JAVA_FLOAT, lowAt - all.address() + lane * 4L);
  }

  /** The next one. */
  float high(int lane) {
    return all.get(ValueLayout.JAVA_FLOAT, highAt - all.address() + lane * 4L);
  }

  /** The largest bits found. */
  int largest(int lane) {
    return all.get(ValueLayout.JAVA_INT, largestAt - all.address() + lane * 4L);
  }

  /** Sets the numbers of one state's RBF kernel, as {@link SteinBlock#setKernel}. */
  void setKernel(int lane, double h, double alpha) {
    if (h != lastH || alpha != lastAlpha) {
      lastH = h;
      lastAlpha = alpha;
      scale = (float) (-Block.OCTAVES / h);
      limit = -127f / scale;
      slope = (float) (-2 * alpha / h);
    }
    long at = scaleAt - all.address() + lane * 4L;
    all.set(ValueLayout.JAVA_FLOAT, at, scale);
    all.set(ValueLayout.JAVA_FLOAT, at + limitAt - scaleAt, limit);
    all.set(ValueLayout.JAVA_FLOAT, at + slopeAt - scaleAt, slope);
  }

  @Override
  public void close() {
    room.close();
  }
}
