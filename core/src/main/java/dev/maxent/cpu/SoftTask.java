package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.RowReader;
import dev.maxent.reference.SoftRow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One operation on the rows of Q, block by block. Plain rows are read where they are; rows with
 * several heads, a mask or log-weights are first staged in the worker's scratch. Rows that the fast
 * loops do not cover (NaN, ±∞, temperature 0 or invalid) are done again by the float64 reference.
 */
abstract class SoftTask implements Workers.Task {
  /** Rough costs for deciding whether a second thread is worth waking. */
  private static final double NANOS_PER_ELEMENT = 0.3;

  private static final double NANOS_PER_ROW = 8;

  final CpuEngine engine;
  final Loops loops;
  ActionValues q;
  private final WideRows wide;
  private Temperature temperature;
  private int rowsPerBlock;
  private boolean staged;

  SoftTask(CpuEngine engine) {
    this.engine = engine;
    this.loops = engine.loops();
    this.wide = new WideRows(engine);
  }

  /** Runs over all rows; subclasses have set their outputs. */
  final void launch(ActionValues newQ, Temperature newTemperature) {
    q = newQ;
    temperature = newTemperature;
    staged = q.heads() > 1 || q.mask() != null || q.logWeights() != null;
    rowsPerBlock = Block.rowsFor((long) q.columns() * arrays());
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
    for (long piece = from; piece < to; piece++) {
      long first = piece * rowsPerBlock;
      block.rows = (int) Math.min(rowsPerBlock, q.rows() - first);
      block.setTemperature(temperature, first);
      if (q.columns() > 0) {
        MemorySegment rows = staged ? stage(block, first) : segment(q.q());
        long at = staged ? 0 : first * q.columns() * Float.BYTES;
        process(block, rows, at, first, worker);
      } else {
        for (int r = 0; r < block.rows; r++) {
          special(reader(worker, first + r), first + r);
        }
      }
    }
  }

  /** Arrays of the size of Q that the operation touches, for choosing blocks that stay cached. */
  int arrays() {
    return 1;
  }

  /** What the operation does with a block of rows whose temperatures are set. */
  abstract void process(Block block, MemorySegment rows, long at, long first, int worker);

  /** Writes the results of one row from the reference. */
  abstract void special(SoftRow row, long i);

  final SoftRow reader(int worker, long i) {
    return engine.reader(worker).solve(q, RowReader.alpha(temperature, i), i);
  }

  /** Does the rows that the fast loops did not cover: their sum is NaN or their α special. */
  final void specials(Block block, long first, int worker) {
    for (int r = 0; r < block.rows; r++) {
      if (block.special[r] || Float.isNaN(block.sum[r])) {
        special(reader(worker, first + r), first + r);
      }
    }
  }

  /**
   * Maxima and logits. With log-weights, rows become (q − base)/α + log w and count as their own
   * logits at temperature 1, which keeps the weights exact however large Q/α is.
   */
  final void maximum(Block block, MemorySegment rows, long at, long first, int worker) {
    wide.maximum(block, rows, at, q.columns(), worker);
    if (q.logWeights() == null) {
      return;
    }
    int columns = q.columns();
    HostArray weights = (HostArray) q.logWeights();
    for (int r = 0; r < block.rows; r++) {
      block.base[r] = block.max[r];
      long weightsAt = sharedOffset(weights, first + r) * Float.BYTES;
      long rowAt = at + (long) r * columns * Float.BYTES;
      block.special[r] |= hasInfiniteOrNan(weights.segment(), weightsAt, columns);
      loops.weigh(
          weights.segment(), weightsAt, block.max[r], block.inverse(r), rows, rowAt, columns);
    }
    block.useLogits();
    wide.maximum(block, rows, at, columns, worker);
  }

  final boolean isWide(int columns) {
    return wide.isWide(columns);
  }

  /** Maxima, logits and block.sum, in one pass over plain rows. */
  final void maximumAndSum(Block block, MemorySegment rows, long at, long first, int worker) {
    if (q.logWeights() == null && !isWide(q.columns())) {
      loops.maximumAndSumExp(rows, at, q.columns(), block);
    } else {
      maximum(block, rows, at, first, worker);
      sum(block, rows, at, false, worker);
    }
  }

  /** block.sum, and block.weighted where asked; columns of any number. */
  final void sum(Block block, MemorySegment rows, long at, boolean weighted, int worker) {
    wide.sum(block, rows, at, q.columns(), weighted, worker);
  }

  /** A weight of NaN or +∞ counts even where Q is −∞; the reference sees to such rows. */
  private boolean hasInfiniteOrNan(MemorySegment weights, long at, int columns) {
    int largest = loops.argMax(weights, at, columns);
    return largest < 0
        || weights.get(ValueLayout.JAVA_FLOAT, at + largest * 4L) == Float.POSITIVE_INFINITY;
  }

  /** block.value ← V: max + α log sum, or base + α (max + log sum) of weighted logits. */
  final void values(Block block) {
    double[] alpha = block.alpha;
    double[] log = block.log;
    float[] max = block.max;
    float[] base = block.base;
    float[] value = block.value;
    if (q.logWeights() == null) {
      for (int r = 0; r < block.rows; r++) {
        value[r] = (float) Math.fma(alpha[r], log[r], max[r]);
      }
    } else {
      for (int r = 0; r < block.rows; r++) {
        value[r] = (float) Math.fma(alpha[r], max[r] + log[r], base[r]);
      }
    }
  }

  private MemorySegment stage(Block block, long first) {
    int columns = q.columns();
    int count = block.rows * columns;
    MemorySegment out = block.staged(count);
    MemorySegment heads = segment(q.q());
    long at = first * columns * Float.BYTES;
    MemorySegment.copy(heads, at, out, 0, (long) count * Float.BYTES);
    for (int head = 1; head < q.heads(); head++) {
      loops.minimum(heads, at + head * q.size() * Float.BYTES, out, 0, count);
    }
    if (q.mask() != null) {
      HostArray mask = (HostArray) q.mask();
      for (int r = 0; r < block.rows; r++) {
        long outAt = (long) r * columns * Float.BYTES;
        loops.exclude(mask.segment(), sharedOffset(mask, first + r), out, outAt, columns);
      }
    }
    if (q.logWeights() != null) {
      HostArray weights = (HostArray) q.logWeights();
      for (int r = 0; r < block.rows; r++) {
        long outAt = (long) r * columns * Float.BYTES;
        long weightsAt = sharedOffset(weights, first + r) * Float.BYTES;
        loops.excludeWeightless(weights.segment(), weightsAt, out, outAt, columns);
      }
    }
    return out;
  }

  private long sharedOffset(DeviceArray array, long row) {
    return array.length() == q.columns() ? 0 : row * q.columns();
  }

  static MemorySegment segment(DeviceArray array) {
    return ((HostArray) array).segment();
  }
}
