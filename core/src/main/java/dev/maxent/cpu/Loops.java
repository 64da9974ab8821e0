package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of the cpu backend. Rows of float32 lie one behind the other from a byte offset;
 * a {@link Block} holds up to {@value Block#ROWS} rows' results. An exponent x = (q − max) · scale
 * counts octaves: e = 2^x. NaN in a row makes its sum NaN; −∞ gives e below 10⁻³⁷.
 *
 * <p>Results do not depend on how rows are blocked, nor on whether the JVM has compiled the loop
 * yet: every sum has a fixed order.
 */
interface Loops {

  /**
   * What runs.
   *
   * @return for example {@code Vector API, 16 lanes}
   */
  String description();

  /**
   * The inner loops that put rows together.
   *
   * @return loops of the same kind
   */
  StagingLoops staging();

  /**
   * The inner loops of SVGD.
   *
   * @return loops of the same kind
   */
  SteinLoops stein();

  /**
   * The inner loops of networks.
   *
   * @return loops of the same kind
   */
  NetworkLoops network();

  /**
   * The inner loops of steps.
   *
   * @return loops of the same kind
   */
  StepLoops steps();

  /**
   * The inner loops of random numbers.
   *
   * @return loops of the same kind
   */
  RandomLoops random();

  /**
   * The inner loops of backups on a table.
   *
   * @return loops of the same kind
   */
  TabularLoops tabular();

  /**
   * How many floats of a row these loops add up without losing accuracy.
   *
   * @return columns, a multiple of two vectors
   */
  int widestRow();

  /**
   * block.max[r] ← max over columns, anything if one is NaN. Columns ≥ 1.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows in, max out
   */
  void maximum(MemorySegment q, long at, int columns, Block block);

  /**
   * block.sum[r] ← Σ e.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, scale, floor in; sum out
   */
  void sumExp(MemorySegment q, long at, int columns, Block block);

  /**
   * {@link #maximum} and {@link #sumExp} in one, where that is faster. Unless the block needs the
   * maximum, sums may be counted from another number, which is then in its place or, as a power of
   * two, in {@link Block#octaves}.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, scale, floor in; max and sum out
   */
  default void maximumAndSumExp(MemorySegment q, long at, int columns, Block block) {
    maximum(q, at, columns, block);
    sumExp(q, at, columns, block);
  }

  /**
   * Whether {@link #maximumAndSumExpOfTwins} is there.
   *
   * @param columns floats per row
   * @return whether it takes rows of this width
   */
  default boolean takesTwins(int columns) {
    return false;
  }

  /**
   * {@link #maximumAndSumExp} of rows that are the minimum over two heads.
   *
   * @param q rows of the first head
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, scale, floor, and headStep to the same row of the second head in; max and
   *     sum out
   */
  default void maximumAndSumExpOfTwins(MemorySegment q, long at, int columns, Block block) {
    throw new IllegalStateException(columns + " columns");
  }

  /**
   * Whether {@link #maximumAndSumExpOfMasked} is there.
   *
   * @param columns floats per row
   * @return whether it takes rows of this width
   */
  default boolean takesMasks(int columns) {
    return false;
  }

  /**
   * {@link #maximumAndSumExp} of rows with a mask and one head, read where they are. Rows that are
   * excluded altogether get a maximum of −∞.
   *
   * @param rows all but the temperatures, which are in its block, and room to put them together
   */
  default void maximumAndSumExpOfMasked(StagedRows rows) {
    throw new IllegalStateException(rows.columns + " columns");
  }

  /**
   * Whether {@link #maximumAndSumExp} goes row by row, so that blocks may exceed the cache.
   *
   * @param columns floats per row
   * @return whether it reads each row once
   */
  default boolean readsOnce(int columns) {
    return false;
  }

  /**
   * Whether all loops cut blocks into pieces that stay cached, so that blocks may exceed the cache.
   *
   * @return whether blocks should have many rows
   */
  default boolean cutsBlocks() {
    return false;
  }

  /**
   * block.weighted[r] ← Σ (e − 1) to full precision where e is near 1; −∞ adds block.absent.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, scale, floor, absent in; weighted out
   */
  void sumExpm1(MemorySegment q, long at, int columns, Block block);

  /**
   * block.sum[r] ← Σ e and block.weighted[r] ← Σ e·x.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, scale, floor in; sum and weighted out
   */
  void sumExpWeighted(MemorySegment q, long at, int columns, Block block);

  /**
   * out ← e · factor[r], with exactly 0 for −∞.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, scale, floor, factor in
   * @param out rows of the same shape
   * @param outAt byte offset of the first row there
   */
  void storeExp(MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt);

  /**
   * out ← e with exactly 0 for −∞, block.sum[r] ← Σ e and block.weighted[r] ← Σ e·x: one pass for
   * callers that normalise with {@link #multiply} while the rows are still cached.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, scale, floor in; sum and weighted out
   * @param out rows of the same shape
   * @param outAt byte offset of the first row there
   */
  void storeSumExp(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt);

  /**
   * {@link #storeSumExp}, then out ← e · factor[r] / Σ e.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, scale, floor and factor in; sum and weighted out, factor lost
   * @param out rows of the same shape
   * @param outAt byte offset of the first row there
   */
  default void storeShares(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    storeSumExp(q, at, columns, block, out, outAt);
    float[] factor = block.factor;
    float[] sum = block.sum;
    int rows = block.rows;
    for (int r = 0; r < rows; r++) {
      factor[r] /= sum[r];
    }
    multiply(out, outAt, columns, block);
  }

  /**
   * {@link #maximum} and {@link #storeShares} in one, where that is faster.
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, scale, floor and factor in; max, sum and weighted out, factor lost
   * @param out rows of the same shape
   * @param outAt byte offset of the first row there
   */
  default void maximumAndStoreShares(
      MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt) {
    maximum(q, at, columns, block);
    storeShares(q, at, columns, block, out, outAt);
  }

  /**
   * Whether {@link #maximumAndStoreShares} goes row by row, so that blocks may exceed the cache.
   *
   * @param columns floats per row
   * @return whether it reads each row once
   */
  default boolean storesOnce(int columns) {
    return false;
  }

  /**
   * out ← out · factor[r].
   *
   * @param out rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows and factor in
   */
  void multiply(MemorySegment out, long at, int columns, Block block);

  /**
   * out ← (q − max[r]) · factor[r] − log[r].
   *
   * @param q rows
   * @param at byte offset of the first row
   * @param columns floats per row
   * @param block rows, max, factor, log in
   * @param out rows of the same shape
   * @param outAt byte offset of the first row there
   */
  void storeLog(MemorySegment q, long at, int columns, Block block, MemorySegment out, long outAt);

  /**
   * block.log[r] ← log sum[r] + octaves[r] ln 2, to 10⁻¹² or better, block.factor[r] ← 1 / sum[r],
   * block.value[r] ← max + α log, and block.ordinary. Octaves are then 0.
   *
   * @param block rows, sum, max, octaves, alpha, special in; log, factor, value, ordinary out
   */
  void logarithm(Block block);

  /**
   * block.value ← H = log s − Σ π x.
   *
   * @param block rows, log, factor, weighted in; value out
   */
  default void entropies(Block block) {
    float[] value = block.value;
    double[] log = block.log;
    float[] weighted = block.weighted;
    float[] factor = block.factor;
    int rows = block.rows;
    for (int r = 0; r < rows; r++) {
      value[r] = (float) (log[r] - Block.LN2 * weighted[r] * factor[r]);
    }
  }

  /**
   * block.value ← reward + discount · value, or reward alone where flag is not 0.
   *
   * @param block rows, value, reward, flag in; value out
   * @param discount γ
   */
  default void targets(Block block, double discount) {
    float[] reward = block.reward;
    byte[] ended = block.flag;
    float[] value = block.value;
    int rows = block.rows;
    for (int r = 0; r < rows; r++) {
      value[r] = ended[r] != 0 ? reward[r] : (float) Math.fma(discount, value[r], reward[r]);
    }
  }

  /**
   * Gathers or scatters rows until one's index is out of range, if that is faster than row by row.
   *
   * @param source rows to read
   * @param target rows to write
   * @param indices int32, of rows of the table: of source where gathered, else of target
   * @param first the first index to use, and the first row of the other array
   * @param rowBytes bytes per row, fewer than 2²⁰
   * @param tableRows rows of the table
   * @param count rows at most
   * @param gather whether to gather
   * @return how many rows were copied; 0 if none are here
   */
  default int copyRows(
      MemorySegment source,
      MemorySegment target,
      MemorySegment indices,
      long first,
      int rowBytes,
      long tableRows,
      int count,
      boolean gather) {
    return 0;
  }

  /**
   * The lowest column that holds the row's maximum.
   *
   * @param q floats
   * @param at byte offset of the first
   * @param columns how many
   * @return the column; −1 if there is none, all are −∞ or any is NaN
   */
  int argMax(MemorySegment q, long at, int columns);

  /**
   * Reads bytes as fast as it can, for measuring the ceiling.
   *
   * @param source at least 64 bytes beyond {@code to}, or a multiple of 256 bytes in all
   * @param from the first byte
   * @param to behind the last byte
   */
  void readBytes(MemorySegment source, long from, long to);

  /**
   * Exponentials as log-sum-exp has them, for measuring the ceiling.
   *
   * @param q rows that are cached
   * @param columns floats per row, whole vectors
   * @param block rows, max, scale and floor in
   */
  default void exponentials(MemorySegment q, int columns, Block block) {
    sumExp(q, 0, columns, block);
  }

  /**
   * Fused multiply-adds in registers, for measuring the ceiling.
   *
   * @param repeats how often {@link #flopsPerRepeat} operations are done
   */
  void multiplyAdd(long repeats);

  /**
   * Operations per repeat of {@link #multiplyAdd}.
   *
   * @return a multiple of two per lane
   */
  int flopsPerRepeat();
}
