package dev.maxent.cpu;

import static dev.maxent.cpu.VectorAheadLoops.QUAD;
import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops with the Vector API, at the machine's preferred vector length: which loop to run
 * over which part of a block. Segments become addresses here, see {@link VectorMath}.
 */
final class VectorLoops implements Loops {
  private static final long ALL = -1L >>> (64 - LANES);

  /** From here on loops along a row are long enough. */
  private static final int LONG_ROW = 4 * LANES;

  /** Up to here too little of a vector would be filled, or it pays little. */
  private static final int FEW = 8;

  /** From here on it pays to take maxima ahead of sums where they are asked for. */
  private static final int ONE_PASS_ROW = 8 * LANES;

  private final Apart maximumOfStrip = Apart.of(VectorSweeps.class, "maximumOfStrip");
  private final Apart maximumOfPart = Apart.of(VectorSweeps.class, "maximumOfPart");
  private final Apart maximumOfRows = Apart.of(VectorSweeps.class, "maximumOfRows");
  private final Apart sumOfStrip = Apart.of(VectorSweeps.class, "sumOfStrip");
  private final Apart sumOfPart = Apart.of(VectorSweeps.class, "sumOfPart");
  private final Apart sumOfRows = Apart.of(VectorSweeps.class, "sumOfRows");
  private final Apart exponentials = Apart.of(VectorCeilings.class, "exponentials");
  private final Apart weightedSum = Apart.of(VectorSweeps.class, "weightedSumOfPart");
  private final Apart expm1 = Apart.of(VectorMeans.class, "expm1OfPart");
  private final Apart power = Apart.of(VectorStores.class, "scaledPower");
  private final Apart powerAndSums = Apart.of(VectorStores.class, "powerAndSums");
  private final Apart powerAndSumsOfQuad = Apart.of(VectorQuads.class, "powerAndSums");
  private final Apart powerAndSumsOfPart = Apart.of(VectorStores.class, "powerAndSumsOfPart");
  private final Apart productOfQuad = Apart.of(VectorQuads.class, "product");
  private final Apart product = Apart.of(VectorStores.class, "product");
  private final Apart productOfPart = Apart.of(VectorStores.class, "productOfPart");
  private final Apart storeLogOfQuad = Apart.of(VectorQuads.class, "logarithm");
  private final Apart storeLog = Apart.of(VectorStores.class, "logarithm");
  private final Apart fill = Apart.of(VectorLanes.class, "fill");
  private final Apart reduceMaximum = Apart.of(VectorLanes.class, "maximum");
  private final Apart reduceSum = Apart.of(VectorLanes.class, "sum");
  private final Apart reduceWeighted = Apart.of(VectorLanes.class, "weighted");
  private final Apart log = Apart.of(VectorResults.class, "logarithm");
  private final Apart entropies = Apart.of(VectorResults.class, "entropies");
  private final Apart targets = Apart.of(VectorResults.class, "targets");

  /** By {@link VectorRowCopy#size}. */
  private final Apart[] copyRows = {
    Apart.of(VectorRowCopy.class, "few"),
    Apart.of(VectorRowCopy.class, "some"),
    Apart.of(VectorRowCopy.class, "many")
  };

  private final Apart argMax = Apart.of(VectorElements.class, "argMax");

  private final VectorNarrowLoops narrow = new VectorNarrowLoops();
  private final VectorAheadLoops ahead = new VectorAheadLoops();
  private final VectorUnshiftedLoops unshifted = new VectorUnshiftedLoops();
  private final StagingLoops staging = new VectorStaging();
  private final SteinLoops stein = new VectorSteinLoops();
  private final NetworkLoops network = new VectorNetworkLoops();
  private final StepLoops steps = new VectorStepLoops();
  private final RandomLoops random = new VectorRandomLoops();
  private final TabularLoops tabular = new VectorTabularLoops();

  VectorLoops() {
    JdkProfiles.show();
  }

  @Override
  public StagingLoops staging() {
    return staging;
  }

  @Override
  public SteinLoops stein() {
    return stein;
  }

  @Override
  public NetworkLoops network() {
    return network;
  }

  @Override
  public StepLoops steps() {
    return steps;
  }

  @Override
  public RandomLoops random() {
    return random;
  }

  @Override
  public TabularLoops tabular() {
    return tabular;
  }

  @Override
  public String description() {
    return "Vector API, " + LANES + " lanes";
  }

  /** At most 64 terms to a lane; fewer where there are fewer lanes to share the rounding. */
  @Override
  public int widestRow() {
    return (LANES >= 8 ? 64 : 24) * LANES;
  }

  /** Below four lanes the table of powers is too coarse; above 16 a block's lanes do not fit. */
  static boolean haveTheRightLength() {
    return LANES >= 4 && LANES <= 16;
  }

  /** Bits of the lanes that hold columns. */
  private static long inside(int columns, int from) {
    return ALL >>> Math.max(0, LANES - (columns - from));
  }

  /** Long rows along the row, short ones by strips of two vectors, what is left by parts of one. */
  private void reduce(
      Apart rows, Apart strip, Apart part, float neutral, long q, int columns, Block b) {
    long stride = (long) columns * Float.BYTES;
    int k = 0;
    if (columns >= LONG_ROW) {
      k = columns / (2 * LANES) * (2 * LANES);
      rows.run(q, stride, b, b.lanes, k * 4L);
    } else {
      fill.fill(b.lanes, b.rows, neutral);
      for (; k + 2 * LANES <= columns; k += 2 * LANES) {
        strip.run(q + k * 4L, stride, b, b.lanes, ALL);
      }
    }
    for (; k < columns; k += LANES) {
      part.run(q + k * 4L, stride, b, b.lanes, inside(columns, k));
    }
  }

  /** Strips of one vector from a column on: whole ones, and the part that is left. */
  private static void sweep(
      Apart whole, Apart part, long q, int first, int columns, Block b, long out) {
    long stride = (long) columns * Float.BYTES;
    int k = first;
    for (; k + LANES <= columns; k += LANES) {
      whole.run(q + k * 4L, stride, b, out + k * 4L, ALL);
    }
    if (k < columns) {
      part.run(q + k * 4L, stride, b, out + k * 4L, inside(columns, k));
    }
  }

  @Override
  public void maximum(MemorySegment q, long at, int columns, Block b) {
    if (columns == QUAD && ahead.knowsMaxima(q.address() + at, b)) {
      return;
    }
    reduce(
        maximumOfRows,
        maximumOfStrip,
        maximumOfPart,
        Float.NEGATIVE_INFINITY,
        q.address() + at,
        columns,
        b);
    reduceMaximum.run(b.lanes, 0, b, 0, b.rows);
  }

  @Override
  public void sumExp(MemorySegment q, long at, int columns, Block b) {
    reduce(sumOfRows, sumOfStrip, sumOfPart, 0, q.address() + at, columns, b);
    reduceSum.run(b.lanes, 0, b, 0, 0);
  }

  @Override
  public boolean readsOnce(int columns) {
    return columns % LANES == 0
        ? columns > 0 && columns <= widestRow()
        : columns > FEW && columns * 4L <= VectorUnshifted.LONGEST_BYTES;
  }

  @Override
  public void maximumAndSumExp(MemorySegment q, long at, int columns, Block b) {
    if (VectorNarrowLoops.takes(columns, b)) {
      narrow.sum(q.address() + at, columns, b);
      return;
    }
    boolean whole = columns % LANES == 0;
    if (!readsOnce(columns) || (b.needsMaximum && !(whole && columns >= ONE_PASS_ROW))) {
      maximum(q, at, columns, b);
      if (columns == QUAD) {
        ahead.sumQuads(q.address() + at, b);
      } else {
        sumExp(q, at, columns, b);
      }
      return;
    }
    long from = q.address() + at;
    long stride = columns * 4L;
    if (!unshifted.sumRows(from, stride, b)) {
      if (VectorAheadLoops.takes(b) && whole) {
        unshifted.sumAhead(from, stride, b);
      } else {
        maximum(q, at, columns, b);
        unshifted.sumKnown(from, stride, b);
      }
    }
  }

  @Override
  public boolean takesTwins(int columns) {
    return columns == QUAD;
  }

  @Override
  public void maximumAndSumExpOfTwins(MemorySegment q, long at, int columns, Block b) {
    unshifted.sumTwins(q.address() + at, b);
  }

  @Override
  public boolean takesMasks(int columns) {
    return columns > FEW && columns * 4L <= VectorUnshifted.LONGEST_BYTES;
  }

  @Override
  public void maximumAndSumExpOfMasked(StagedRows rows) {
    unshifted.sumMasked(rows, this);
  }

  @Override
  public void sumExpWeighted(MemorySegment q, long at, int columns, Block b) {
    clearSums(b);
    for (int k = 0; k < columns; k += LANES) {
      weightedSum.run(q.address() + at + k * 4L, columns * 4L, b, b.lanes, inside(columns, k));
    }
    reduceSums(b);
  }

  @Override
  public void sumExpm1(MemorySegment q, long at, int columns, Block b) {
    fill.fill(b.lanes2, b.rows, 0);
    for (int k = 0; k < columns; k += LANES) {
      expm1.run(q.address() + at + k * 4L, columns * 4L, b, b.lanes2, inside(columns, k));
    }
    reduceWeighted.run(b.lanes2, 0, b, 0, 0);
  }

  private void clearSums(Block b) {
    fill.fill(b.lanes, b.rows, 0);
    fill.fill(b.lanes2, b.rows, 0);
  }

  private void reduceSums(Block b) {
    reduceSum.run(b.lanes, 0, b, 0, 0);
    reduceWeighted.run(b.lanes2, 0, b, 0, 0);
  }

  @Override
  public void storeExp(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    sweep(power, power, q.address() + at, 0, columns, b, out.address() + outAt);
  }

  @Override
  public void storeSumExp(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    long from = q.address() + at;
    long to = out.address() + outAt;
    long stride = (long) columns * Float.BYTES;
    int k = 0;
    if (columns < QUAD) {
      clearSums(b);
    }
    for (; k + QUAD <= columns; k += QUAD) {
      powerAndSumsOfQuad.run(from + k * 4L, stride, b, to + k * 4L, k);
    }
    for (; k + LANES <= columns; k += LANES) {
      powerAndSums.run(from + k * 4L, stride, b, to + k * 4L, ALL);
    }
    if (k < columns) {
      powerAndSumsOfPart.run(from + k * 4L, stride, b, to + k * 4L, inside(columns, k));
    }
    reduceSums(b);
  }

  @Override
  public void storeShares(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    if (columns == QUAD) {
      ahead.storeSharesOfKnown(q.address() + at, b, out.address() + outAt);
      reduceWeighted.run(b.lanes2, 0, b, 0, 0);
    } else {
      Loops.super.storeShares(q, at, columns, b, out, outAt);
    }
  }

  @Override
  public boolean storesOnce(int columns) {
    return columns == QUAD;
  }

  @Override
  public void maximumAndStoreShares(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    if (columns == QUAD) {
      ahead.storeShares(q.address() + at, b, out.address() + outAt);
      reduceWeighted.run(b.lanes2, 0, b, 0, 0);
    } else if (VectorNarrowLoops.takes(columns, b)) {
      narrow.storeShares(q.address() + at, columns, b, out, outAt);
    } else {
      Loops.super.maximumAndStoreShares(q, at, columns, b, out, outAt);
    }
  }

  @Override
  public void multiply(MemorySegment out, long at, int columns, Block b) {
    long rows = out.address() + at;
    int k = 0;
    for (; k + QUAD <= columns; k += QUAD) {
      productOfQuad.run(rows + k * 4L, columns * 4L, b, 0, 0);
    }
    sweep(product, productOfPart, rows, k, columns, b, 0);
  }

  @Override
  public void storeLog(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    long from = q.address() + at;
    long to = out.address() + outAt;
    int k = 0;
    for (; k + QUAD <= columns; k += QUAD) {
      storeLogOfQuad.run(from + k * 4L, columns * 4L, b, to + k * 4L, 0);
    }
    sweep(storeLog, storeLog, from, k, columns, b, to);
  }

  @Override
  public void logarithm(Block b) {
    log.run(b.lanes, 0, b, 0, 0);
  }

  @Override
  public void entropies(Block b) {
    entropies.run(0, 0, b, 0, 0);
  }

  @Override
  public void targets(Block b, double discount) {
    targets.run(b, discount);
  }

  @Override
  public int copyRows(
      MemorySegment source,
      MemorySegment target,
      MemorySegment indices,
      long first,
      int rowBytes,
      long tableRows,
      int count,
      boolean gather) {
    if (rowBytes < VectorMath.BYTES) {
      return 0;
    }
    long index = indices.address() + first * Integer.BYTES;
    long table = (gather ? source : target).address();
    long rows = (gather ? target : source).address() + first * rowBytes;
    Apart copy = copyRows[VectorRowCopy.size(rowBytes)];
    return copy.copy(table, rows, index, rowBytes, tableRows, count, gather);
  }

  @Override
  public int argMax(MemorySegment q, long at, int columns) {
    return argMax.find(q.address() + at, columns);
  }

  @Override
  public void readBytes(MemorySegment source, long from, long to) {
    VectorCeilings.readBytes(source.address() + from, source.address() + to);
  }

  @Override
  public void exponentials(MemorySegment q, int columns, Block b) {
    exponentials.run(q.address(), columns * 4L, b, b.lanes, columns * 4L);
  }

  @Override
  public void multiplyAdd(long repeats) {
    VectorCeilings.multiplyAdd(repeats);
  }

  @Override
  public int flopsPerRepeat() {
    return VectorCeilings.FLOPS_PER_REPEAT;
  }
}
