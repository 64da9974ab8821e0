package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

import dev.maxent.kernel.Activation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The loops of networks with the Vector API: which loop to run, on which addresses. */
final class VectorNetworkLoops implements NetworkLoops {
  /** Columns of a panel of B. */
  private static final int PANEL = 2 * LANES;

  /**
   * Whether to take six rows at a time: with vectors of eight floats or fewer there are only 16
   * registers, on x86 at least. A panel is never narrower then than two vectors.
   */
  private static final boolean SIXES = !VectorMath.MANY_REGISTERS;

  /** Beyond them squares in float32 may have been lost, and are summed again in float64. */
  private static final double SMALLEST_SQUARES = 1e-24;

  private static final double LARGEST_SQUARES = 1e37;

  /** As many squares are summed in float32, four sums to a lane; a multiple of every LANES. */
  private static final int SQUARES = 8192;

  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Apart sixes = Apart.of(VectorSixRows.class, "ofPairs");
  private final Apart twos = Apart.of(VectorSixRows.class, "byTwo");
  private final Apart pairs = Apart.of(VectorProduct.class, "ofPairs");
  private final Apart singles = Apart.of(VectorProduct.class, "ofSingles");
  private final Apart relu = Apart.of(VectorActivations.class, "relu");
  private final Apart tanh = Apart.of(VectorActivations.class, "tanh");
  private final Apart silu = Apart.of(VectorActivations.class, "silu");
  private final Apart bell = Apart.of(VectorActivations.class, "bell");
  private final Apart gelu = Apart.of(VectorActivations.class, "gelu");
  private final Apart reluSlopes = Apart.of(VectorUnits.class, "reluSlopes");
  private final Apart slopes = Apart.of(VectorUnits.class, "slopes");
  private final Apart sums = Apart.of(VectorUnits.class, "sums");
  private final Apart dot = Apart.of(VectorUnits.class, "dot");
  private final Apart sumWeighted = Apart.of(VectorUnits.class, "sumWeighted");
  private final Apart means = Apart.of(VectorNorm.class, "means");
  private final Apart scales = Apart.of(VectorNorm.class, "scales");
  private final Apart sumGains = Apart.of(VectorNorm.class, "sumGains");
  private final Apart slopeMeans = Apart.of(VectorNorm.class, "slopeMeans");
  private final Apart slopeProducts = Apart.of(VectorNorm.class, "slopeProducts");
  private final Apart normalise = Apart.of(VectorNorm.class, "normalise");
  private final Apart unnormalise = Apart.of(VectorNorm.class, "unnormalise");
  private final VectorPanels panels = new VectorPanels();
  private final Apart copyRows = Apart.of(VectorParameters.class, "copyRows");
  private final Apart sumRows = Apart.of(VectorParameters.class, "sumRows");
  private final Apart shortSquares = Apart.of(VectorParameters.class, "shortSquares");
  private final Apart squares = Apart.of(VectorParameters.class, "squares");
  private final Apart reduce = Apart.of(VectorLanes.class, "sum");
  private final LaneLoops lanes = new VectorLaneLoops();
  private final ThreadLocal<LoopScratch> scratch = ThreadLocal.withInitial(LoopScratch::new);

  @Override
  public boolean onHeap() {
    return false;
  }

  @Override
  public LaneLoops lanes() {
    return lanes;
  }

  @Override
  public void product(Product p) {
    p.aRowBytes = 4 * p.aRow;
    p.aStepBytes = 4 * p.aStep;
    p.initRowBytes = 4 * p.initRow;
    p.cRowBytes = 4 * p.cRow;
    boolean packed = p.bStep == 0;
    for (int column = 0; column < p.columns; column += PANEL) {
      int width = Math.min(PANEL, p.columns - column);
      p.bAt = address(p.bIn, p.b + (packed ? (long) column * p.depth : column));
      p.bStepBytes = 4 * (packed ? width : p.bStep);
      if (SIXES) {
        int inSixes = p.rows / 6 * 6;
        run(sixes, p, column, 0, inSixes);
        run(twos, p, column, inSixes, p.rows);
      } else {
        run(width == PANEL ? pairs : singles, p, column, 0, p.rows);
      }
    }
  }

  /** Whole tiles of rows; those beyond do not matter. */
  private static void run(Apart loop, Product p, int column, int from, int to) {
    if (from < to) {
      p.aAt = address(p.aIn, p.a + from * p.aRow);
      p.initAt = address(p.initIn, p.init + from * p.initRow + column);
      p.cAt = address(p.cIn, p.c + from * p.cRow + column);
      p.tileRows = to - from;
      loop.run(p);
    }
  }

  @Override
  public void packTransposed(
      MemorySegment from,
      long at,
      int rows,
      int columns,
      int first,
      int end,
      Floats to,
      long offset) {
    int padded = Product.padded(rows);
    for (int c = first; c < end; c += LANES) {
      int panel = c / PANEL * PANEL;
      int width = Math.min(PANEL, padded - panel);
      Square s = scratch.get().square;
      s.from = from.address() + at + c * (columns * 4L);
      s.fromStep = columns * 4L;
      s.fromRows = Math.min(LANES, end - c);
      s.to = address(to, offset + (long) panel * columns + c - panel);
      s.toStep = width * 4L;
      s.toRows = columns;
      panels.run(s);
    }
  }

  @Override
  public void pack(
      MemorySegment from,
      long at,
      int rows,
      int columns,
      int first,
      int end,
      Floats to,
      long offset) {
    int padded = Product.padded(columns);
    long source = from.address() + at + first * (columns * 4L);
    for (int c = 0; c < columns; c += PANEL) {
      int width = Math.min(PANEL, padded - c);
      int inside = Math.min(width, columns - c);
      long panel = address(to, offset + (long) c * rows + (long) first * width);
      copyRows.run(source + 4L * c, columns * 4L, panel, width * 4L, end - first, inside);
    }
  }

  @Override
  public void load(MemorySegment from, long at, int rows, int columns, Floats to, long offset) {
    long step = Product.stride(columns) * 4L;
    copyRows.run(from.address() + at, columns * 4L, address(to, offset), step, rows, columns);
  }

  @Override
  public void dot(UnitRows u) {
    u.hAt = address(u.in, u.h);
    u.vectorAt = address(u.given, u.vector);
    Block b = u.block;
    dot.run(b.lanes, u);
    b.rows = u.rows;
    reduce.run(b.lanes, 0, b, 0, 0);
  }

  private static long address(Floats in, long offset) {
    return in.address + 4 * offset;
  }

  @Override
  public void sumWeighted(UnitRows u) {
    u.hAt = address(u.in, u.h);
    u.deltaAt = address(u.in, u.delta);
    u.sumsAt = address(u.sumsIn, u.sums);
    sumWeighted.run(u);
  }

  @Override
  public void activate(Activation activation, UnitRows u) {
    u.zAt = address(u.in, u.z);
    u.hAt = address(u.in, u.h);
    u.slopesAt = address(u.in, u.slopes);
    switch (activation) {
      case IDENTITY -> throw new IllegalArgumentException("nothing to activate");
      case RELU -> relu.run(u);
      case TANH -> tanh.run(u);
      case SILU -> silu.run(u);
      case GELU -> {
        bell.run(u);
        gelu.run(u);
      }
    }
  }

  @Override
  public void multiplySlopes(Activation activation, UnitRows u) {
    u.deltaAt = address(u.in, u.delta);
    u.sumsAt = address(u.sumsIn, u.sums);
    u.hAt = address(u.in, u.h);
    u.slopesAt = address(u.in, u.slopes);
    switch (activation) {
      case IDENTITY -> sums.run(u);
      case RELU -> reluSlopes.run(u);
      case TANH, SILU, GELU -> slopes.run(u);
    }
  }

  @Override
  public void normalise(UnitRows u) {
    placeNorm(u);
    means.run(u);
    scales.run(u);
    normalise.run(u);
  }

  @Override
  public void unnormalise(UnitRows u) {
    placeNorm(u);
    u.deltaAt = address(u.in, u.delta);
    u.sumsAt = address(u.sumsIn, u.sums);
    sumGains.run(u);
    slopeMeans.run(u);
    slopeProducts.run(u);
    unnormalise.run(u);
  }

  private static void placeNorm(UnitRows u) {
    u.zAt = address(u.in, u.z);
    u.normalAt = address(u.in, u.normal);
    u.scaleAt = address(u.in, u.scale);
    u.gainAt = address(u.given, u.gain);
    u.shiftAt = address(u.given, u.shift);
  }

  @Override
  public void sumParts(
      Floats from,
      long offset,
      int parts,
      long partStep,
      int rows,
      int columns,
      int rowStep,
      MemorySegment to,
      long at) {
    sumRows.run(
        address(from, offset), rowStep * 4L, partStep * 4, parts, to.address() + at, rows, columns);
  }

  @Override
  public double sumOfSquares(MemorySegment x, long at, int count) {
    int whole = count / LANES * LANES;
    double sum = 0;
    for (int from = 0; from < whole; from += SQUARES) {
      sum += sumOfWhole(x.address() + at + from * 4L, Math.min(SQUARES, whole - from));
    }
    for (int i = whole; i < count; i++) {
      double value = x.get(REAL, at + i * 4L);
      sum += value * value;
    }
    return sum;
  }

  /** Whether a sum of squares in float32 is what it seems. */
  static boolean areSafe(double sum) {
    return sum > SMALLEST_SQUARES && sum < LARGEST_SQUARES;
  }

  private double sumOfWhole(long x, int count) {
    MemorySegment lanes = scratch.get().sums;
    shortSquares.run(x, lanes.address(), count);
    double sum = 0;
    for (int i = 0; i < LANES; i++) {
      sum += lanes.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }
    if (!areSafe(sum)) {
      squares.run(x, lanes.address(), count);
      sum = 0;
      for (int i = 0; i < LANES; i++) {
        sum += lanes.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
      }
    }
    return sum;
  }
}
