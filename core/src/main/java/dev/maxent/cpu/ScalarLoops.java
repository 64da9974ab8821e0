package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops in plain Java, in shapes that HotSpot turns into vector instructions without any
 * flag. Rows pass through a thread's {@link ScalarScratch} in pieces; a row's result is made from
 * its own columns in a fixed order. Allocates nothing once a thread's scratch is there.
 */
final class ScalarLoops implements Loops {
  private final ThreadLocal<ScalarScratch> scratch = ThreadLocal.withInitial(ScalarScratch::new);

  private final StagingLoops staging = new ScalarStaging(scratch);
  private final SteinLoops stein = new ScalarSteinLoops();
  private final NetworkLoops network = new ScalarNetworkLoops();
  private final StepLoops steps = new ScalarStepLoops();
  private final RandomLoops random = new ScalarRandomLoops(scratch);
  private final TabularLoops tabular = new TabularLoops() {};

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
    return "plain Java";
  }

  @Override
  public int widestRow() {
    return 1024;
  }

  @Override
  public boolean cutsBlocks() {
    return true;
  }

  @Override
  public void maximum(MemorySegment q, long at, int columns, Block block) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      s.loadOrdered(q, at + offset(first, columns), rows * columns);
      ScalarMaxima.maxima(s.bits, columns, block.max, first, rows);
    }
  }

  @Override
  public void maximumAndSumExp(MemorySegment q, long at, int columns, Block block) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      long there = at + offset(first, columns);
      if (ScalarUnshifted.takes(block)) {
        ScalarUnshifted.sum(s, q, there, columns, block, first, rows);
      } else {
        maximumAndExp(s, q, there, columns, block, first, rows, false);
        ScalarFolds.sum(s.values, columns, block.sum, first, rows);
      }
    }
  }

  /**
   * s.values ← e of some rows, or of a part of one; s.octaves ← x where they are to be weighted.
   */
  private static void exp(
      ScalarScratch s,
      MemorySegment q,
      long at,
      int columns,
      Block block,
      int first,
      int rows,
      boolean weighted) {
    float least = s.loadValues(q, at, rows * columns);
    exp(s, least, columns, block, first, rows, weighted);
  }

  /** The same, whose maxima are to be found first. */
  private static void maximumAndExp(
      ScalarScratch s,
      MemorySegment q,
      long at,
      int columns,
      Block block,
      int first,
      int rows,
      boolean weighted) {
    float least = s.loadOrdered(q, at, rows * columns);
    ScalarMaxima.maxima(s.bits, columns, block.max, first, rows);
    exp(s, least, columns, block, first, rows, weighted);
  }

  /** The same of s.values, none of which is less than the number given. */
  private static void exp(
      ScalarScratch s,
      float least,
      int columns,
      Block block,
      int first,
      int rows,
      boolean weighted) {
    int count = rows * columns;
    ScalarScratch.spread(block.max, first, rows, columns, s.offset);
    float scale = ScalarScratch.commonScale(block, first, rows);
    if ((least - ScalarMaxima.most(block.max, first, rows)) * scale > ScalarMath.NEAR) {
      ScalarMath.expNear(s, scale, weighted, count);
    } else {
      ScalarMath.exp(s, s.scale(block, first, rows, columns), count);
    }
  }

  @Override
  public void sumExp(MemorySegment q, long at, int columns, Block block) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      exp(s, q, at + offset(first, columns), columns, block, first, rows, false);
      ScalarFolds.sum(s.values, columns, block.sum, first, rows);
    }
  }

  @Override
  public void sumExpWeighted(MemorySegment q, long at, int columns, Block block) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      exp(s, q, at + offset(first, columns), columns, block, first, rows, true);
      sums(s, columns, block, first, rows);
    }
  }

  @Override
  public void sumExpm1(MemorySegment q, long at, int columns, Block block) {
    ScalarMeans.sumExpm1(scratch.get(), q, at, columns, block);
  }

  @Override
  public void storeSumExp(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      exp(s, q, at + offset(first, columns), columns, block, first, rows, true);
      ScalarScratch.store(s.valuesSegment, out, outAt + offset(first, columns), rows * columns);
      sums(s, columns, block, first, rows);
    }
  }

  @Override
  public void storeShares(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      long there = offset(first, columns);
      exp(s, q, at + there, columns, block, first, rows, true);
      shares(s, columns, block, first, rows);
      ScalarScratch.store(s.valuesSegment, out, outAt + there, rows * columns);
    }
  }

  @Override
  public void maximumAndStoreShares(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      long there = offset(first, columns);
      maximumAndExp(s, q, at + there, columns, block, first, rows, true);
      shares(s, columns, block, first, rows);
      ScalarScratch.store(s.valuesSegment, out, outAt + there, rows * columns);
    }
  }

  /** s.values ← e · factor / Σ e. */
  private static void shares(ScalarScratch s, int columns, Block block, int first, int rows) {
    sums(s, columns, block, first, rows);
    for (int r = first; r < first + rows; r++) {
      block.factor[r] /= block.sum[r];
    }
    ScalarScratch.spread(block.factor, first, rows, columns, s.offset);
    ScalarMath.multiply(s.values, s.offset, rows * columns);
  }

  @Override
  public void storeExp(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      for (int from = 0; from < columns; from += ScalarScratch.PIECE) {
        int width = Math.min(ScalarScratch.PIECE, columns - from);
        long there = offset(first, columns) + offset(from, 1);
        exp(s, q, at + there, width, block, first, rows, false);
        ScalarScratch.spread(block.factor, first, rows, width, s.offset);
        ScalarMath.multiply(s.values, s.offset, rows * width);
        ScalarScratch.store(s.valuesSegment, out, outAt + there, rows * width);
      }
    }
  }

  private static void sums(ScalarScratch s, int columns, Block block, int first, int rows) {
    ScalarFolds.sum(s.values, columns, block.sum, first, rows);
    ScalarMath.multiply(s.octaves, s.values, rows * columns);
    ScalarFolds.sum(s.octaves, columns, block.weighted, first, rows);
  }

  @Override
  public void multiply(MemorySegment out, long at, int columns, Block block) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      long pieceAt = at + offset(first, columns);
      ScalarScratch.load(out, pieceAt, s.valuesSegment, rows * columns);
      ScalarScratch.spread(block.factor, first, rows, columns, s.offset);
      ScalarMath.multiply(s.values, s.offset, rows * columns);
      ScalarScratch.store(s.valuesSegment, out, pieceAt, rows * columns);
    }
  }

  @Override
  public void storeLog(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    ScalarScratch s = scratch.get();
    int step = ScalarScratch.rows(columns);
    for (int first = 0; first < block.rows; first += step) {
      int rows = Math.min(step, block.rows - first);
      for (int from = 0; from < columns; from += ScalarScratch.PIECE) {
        int width = Math.min(ScalarScratch.PIECE, columns - from);
        long there = offset(first, columns) + offset(from, 1);
        logarithms(s, q, at + there, width, block, first, rows);
        ScalarScratch.store(s.valuesSegment, out, outAt + there, rows * width);
      }
    }
  }

  /** s.values ← (q − max) · factor − log of some rows, or of a part of one. */
  private static void logarithms(
      ScalarScratch s, MemorySegment q, long at, int columns, Block block, int first, int rows) {
    for (int r = 0; r < rows; r++) {
      // A factor that underflowed to 0 would turn −∞ into NaN.
      s.octaves[r] = Math.max(block.factor[first + r], Float.MIN_VALUE);
    }
    ScalarScratch.spread(s.octaves, 0, rows, columns, s.power);
    for (int r = 0; r < rows; r++) {
      s.values[r] = (float) block.log[first + r];
    }
    ScalarScratch.spread(s.values, 0, rows, columns, s.octaves);
    ScalarScratch.spread(block.max, first, rows, columns, s.offset);
    int count = rows * columns;
    ScalarScratch.load(q, at, s.valuesSegment, count);
    affine(s.values, s.offset, s.power, s.octaves, count);
  }

  private static void affine(
      float[] values, float[] offset, float[] factor, float[] minus, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.fma(values[i] - offset[i], factor[i], -minus[i]);
    }
  }

  @Override
  public void logarithm(Block block) {
    ScalarScratch s = scratch.get();
    System.arraycopy(block.sum, 0, s.values, 0, block.rows);
    ScalarMath.log(s, block.rows);
    for (int r = 0; r < block.rows; r++) {
      float sum = block.sum[r];
      boolean normal = sum >= Float.MIN_NORMAL && sum < Float.POSITIVE_INFINITY;
      block.log[r] = normal ? s.real[r] : Math.log(sum);
      block.factor[r] = 1 / sum;
      block.value[r] = (float) Math.fma(block.alpha[r], block.log[r], block.max[r]);
    }
    block.ordinary = false;
  }

  @Override
  public int argMax(MemorySegment q, long at, int columns) {
    ScalarScratch s = scratch.get();
    float best = Float.NEGATIVE_INFINITY;
    int column = -1;
    for (int from = 0; from < columns; from += ScalarScratch.PIECE) {
      int n = Math.min(ScalarScratch.PIECE, columns - from);
      s.loadBits(q, at + offset(from, 1), n);
      float max = ScalarMaxima.maximum(s.bits, 0, n);
      if (Float.isNaN(max)) {
        return -1;
      }
      if (max > best) {
        best = max;
        column = from + indexOf(max, s.bits);
      }
    }
    return column;
  }

  /** Compares floats, not bits, as −0 equals 0. The value is there. */
  private static int indexOf(float value, int[] bits) {
    int i = 0;
    while (Float.intBitsToFloat(bits[i]) != value) {
      i++;
    }
    return i;
  }

  @Override
  public void readBytes(MemorySegment source, long from, long to) {
    ScalarCeilings.readBytes(source, from, to);
  }

  @Override
  public void multiplyAdd(long repeats) {
    ScalarCeilings.multiplyAdd(scratch.get(), repeats);
  }

  @Override
  public int flopsPerRepeat() {
    return ScalarCeilings.FLOPS_PER_REPEAT;
  }

  /** Bytes to a row. */
  static long offset(int row, int columns) {
    return (long) row * columns * Float.BYTES;
  }
}
