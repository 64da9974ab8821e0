package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.RowReader;
import dev.maxent.reference.SoftRow;
import java.lang.foreign.MemorySegment;

/**
 * One operation on the rows of Q, block by block. Plain rows are read where they are, as are those
 * with two heads or a mask where loops take them so; else rows with several heads, a mask or
 * log-weights are first staged in the worker's scratch. Rows that the fast loops do not cover (NaN,
 * ±∞, numbers whose differences overflow, a temperature that is 0, extreme or invalid) are done
 * again by the float64 reference.
 */
abstract class SoftTask implements Workers.Task {
  /** Rough costs for deciding whether a second thread is worth waking. */
  private static final double NANOS_PER_ELEMENT = 0.3;

  private static final double NANOS_PER_ROW = 8;

  /** Up to here loops have a way of their own for the maximum and the sum of rows. */
  private static final int NARROW = 8;

  final CpuEngine engine;
  final Loops loops;
  ActionValues q;
  private final WideRows wide;
  private Temperature temperature;
  private int rowsPerBlock;
  private boolean staged;

  /** Whether the loops take the minimum over heads themselves. */
  private boolean twins;

  /** Whether they look at the mask themselves. */
  private boolean masks;

  SoftTask(CpuEngine engine) {
    this.engine = engine;
    this.loops = engine.loops();
    this.wide = new WideRows(engine);
  }

  /** Runs over all rows; subclasses have set their outputs. */
  final void launch(ActionValues newQ, Temperature newTemperature) {
    q = newQ;
    temperature = newTemperature;
    boolean plain = q.mask() == null && q.logWeights() == null;
    twins = q.heads() == 2 && plain && readsOnce() && loops.takesTwins(q.columns());
    boolean masked = q.mask() != null && q.logWeights() == null && q.heads() == 1;
    masks = masked && readsOnce() && loops.takesMasks(q.columns());
    // A temperature of 0 needs the rows.
    twins = twins && !temperature.isPerRow() && RowReader.alpha(temperature, 0) != 0;
    staged = !twins && !masks && (q.heads() > 1 || !plain);
    // The scratch of staged rows is to stay cached too; with log-weights longer blocks pay more.
    int staging = staged && q.logWeights() == null ? 1 : 0;
    rowsPerBlock = Block.rowsFor((long) q.columns() * (arrays() + staging));
    // Two heads are two streams from memory, for which short blocks are quicker.
    boolean once = !twins && (storesOnce() || (readsOnce() && loops.readsOnce(q.columns())));
    if (!staged && (once || loops.cutsBlocks())) {
      rowsPerBlock = Math.max(rowsPerBlock, Block.rowsOf(q.rows()));
    }
    long blocks = ((long) q.rows() + rowsPerBlock - 1) / rowsPerBlock;
    double rowNanos = q.columns() * NANOS_PER_ELEMENT + NANOS_PER_ROW;
    if (wide.share(q.rows(), q.columns())) {
      run(0, blocks, 0);
    } else {
      engine.workers().run(blocks, rowNanos * Math.min(rowsPerBlock, q.rows()), this);
    }
    q = null;
    temperature = null;
  }

  @Override
  public final void run(long from, long to, int worker) {
    Block block = engine.block(worker);
    block.startOver();
    for (long piece = from; piece < to; piece++) {
      long first = piece * rowsPerBlock;
      block.rows = rowsFrom(first);
      block.following = staged || piece + 1 == to ? 0 : rowsFrom(first + rowsPerBlock);
      block.setTemperature(temperature, first);
      if (q.columns() > 0) {
        if (staged || masks) {
          describe(block, first);
        }
        boolean together = staged || (masks && block.isGreedy());
        MemorySegment rows = together ? stage(block.staged) : segment(q.q());
        long at = together ? 0 : first * q.columns() * Float.BYTES;
        process(block, rows, at, first, worker);
      } else {
        for (int r = 0; r < block.rows; r++) {
          special(reader(worker, first + r), first + r);
        }
      }
    }
  }

  /** Rows of the block whose first row is given. */
  private int rowsFrom(long first) {
    return (int) Math.min(rowsPerBlock, q.rows() - first);
  }

  /** Arrays of the size of Q that the operation touches, for choosing blocks that stay cached. */
  int arrays() {
    return 1;
  }

  /** Whether the operation is done with rows once {@link #maximumAndSum} is. */
  boolean readsOnce() {
    return false;
  }

  /** Whether the operation is done with rows once {@link Loops#maximumAndStoreShares} is. */
  boolean storesOnce() {
    return false;
  }

  /** Whether rows are needed beside their logits. */
  boolean keepsRows() {
    return false;
  }

  /** What the operation does with a block of rows whose temperatures are set. */
  abstract void process(Block block, MemorySegment rows, long at, long first, int worker);

  /** Writes the results of one row from the reference. */
  abstract void special(SoftRow row, long i);

  final SoftRow reader(int worker, long i) {
    return engine.reader(worker).solve(q, RowReader.alpha(temperature, i), i);
  }

  /** Does the rows that the fast loops did not cover: NaN, large numbers, a special α. */
  final void specials(Block block, long first, int worker) {
    if (block.ordinary) {
      return;
    }
    for (int r = 0; r < block.rows; r++) {
      boolean large = block.max[r] > Block.LARGEST_MAX;
      if (block.special[r] || Float.isNaN(block.sum[r]) || large) {
        special(reader(worker, first + r), first + r);
      }
    }
  }

  /**
   * Maxima and logits. With log-weights, rows become (q − base)/α + log w and count as their own
   * logits at temperature 1, which keeps the weights exact however large Q/α is.
   *
   * @return byte offset of the rows or logits, of which maxima are now known
   */
  final long maximum(Block block, MemorySegment rows, long at, int worker) {
    wide.maximum(block, rows, at, q.columns(), worker);
    if (q.logWeights() == null) {
      return at;
    }
    int columns = q.columns();
    System.arraycopy(block.max, 0, block.base, 0, block.rows);
    block.watchDifferences();
    block.invert();
    loops.staging().weigh(block.staged);
    block.useLogits();
    long logits = at + block.staged.logitsAt;
    wide.maximum(block, rows, logits, columns, worker);
    return logits;
  }

  final boolean isWide(int columns) {
    return wide.isWide(columns);
  }

  /**
   * Maxima, logits and block.sum, in one pass over plain rows. Rows that are staged may well be
   * excluded altogether; their maximum is −∞ and their sum tiny, not NaN, if there is no NaN.
   */
  final void maximumAndSum(Block block, MemorySegment rows, long at, int worker) {
    int columns = q.columns();
    if (twins) {
      block.headStep = q.size() * Float.BYTES;
      loops.maximumAndSumExpOfTwins(rows, at, columns, block);
      return;
    }
    if (masks) {
      loops.maximumAndSumExpOfMasked(block.staged);
      return;
    }
    boolean mayBeEmpty = staged && columns > NARROW;
    if (q.logWeights() == null && !isWide(columns) && !mayBeEmpty) {
      loops.maximumAndSumExp(rows, at, columns, block);
      return;
    }
    long logits = maximum(block, rows, at, worker);
    block.countEmptyFromZero();
    sum(block, rows, logits, false, worker);
    block.emptyAgain();
  }

  /** block.sum, and block.weighted where asked; columns of any number. */
  final void sum(Block block, MemorySegment rows, long at, boolean weighted, int worker) {
    wide.sum(block, rows, at, q.columns(), weighted, worker);
  }

  /** block.value ← V: base + α (max + log sum) of weighted logits; that of others is there. */
  final void values(Block block) {
    if (q.logWeights() == null) {
      return;
    }
    double[] alpha = block.alpha;
    double[] log = block.log;
    float[] max = block.max;
    float[] base = block.base;
    float[] value = block.value;
    for (int r = 0; r < block.rows; r++) {
      value[r] = (float) Math.fma(alpha[r], max[r] + log[r], base[r]);
    }
  }

  private MemorySegment stage(StagedRows rows) {
    loops.staging().admit(rows);
    return rows.out;
  }

  private void describe(Block block, long first) {
    int columns = q.columns();
    int count = block.rows * columns;
    StagedRows rows = block.staged;
    rows.q = segment(q.q());
    rows.qAt = first * columns * Float.BYTES;
    rows.heads = q.heads();
    rows.headStep = q.size() * Float.BYTES;
    rows.mask = q.mask() == null ? null : segment(q.mask());
    rows.maskStep = step(q.mask());
    rows.maskAt = first * rows.maskStep;
    rows.logWeights = q.logWeights() == null ? null : segment(q.logWeights());
    rows.weightsStep = step(q.logWeights()) * Float.BYTES;
    rows.weightsAt = first * rows.weightsStep;
    rows.logitsAt = keepsRows() ? (long) count * Float.BYTES : 0;
    rows.out = block.room(keepsRows() ? 2L * count : count);
    rows.rows = block.rows;
    rows.columns = columns;
  }

  /** Elements from a row of a mask or of log-weights to the next: 0 if all rows share one. */
  private long step(DeviceArray array) {
    return array == null || array.length() == q.columns() ? 0 : q.columns();
  }

  static MemorySegment segment(DeviceArray array) {
    return ((HostArray) array).segment();
  }
}
