package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Maximum and sum of rows of any width. Rows up to {@link Loops#widestRow} go to the loops as they
 * are. Wider ones are cut into chunks of half that width, which the loops take for rows, and the
 * chunks' sums are added in float64 in order: the error of a sum does not grow with the width.
 */
final class WideRows {
  /** Chunks at a time: 32 KiB of floats or less. */
  private static final int GROUP = 16;

  /** Columns from which a row is worth sharing, if there are few. */
  private static final int SHARED = 1 << 17;

  private final Loops loops;
  private final CpuEngine engine;
  private final int widest;
  private final int chunk;
  private final SharedRow shared;
  private boolean sharing;

  WideRows(CpuEngine engine) {
    loops = engine.loops();
    this.engine = engine;
    widest = loops.widestRow();
    chunk = widest / 2;
    shared = new SharedRow(engine, this);
  }

  /** Whether threads should share each row; then the caller alone goes through the rows. */
  boolean share(int rows, int columns) {
    sharing = isWide(columns) && columns >= SHARED && rows < 4 * engine.threads();
    return sharing;
  }

  int chunk() {
    return chunk;
  }

  /** Columns of a group. */
  int group() {
    return GROUP * chunk;
  }

  /** Sets block.max of each row. */
  void maximum(Block block, MemorySegment q, long at, int columns, int worker) {
    if (columns <= widest) {
      loops.maximum(q, at, columns, block);
      return;
    }
    Block group = engine.chunk(worker);
    for (int r = 0; r < block.rows; r++) {
      long row = at + (long) r * columns * Float.BYTES;
      if (sharing) {
        block.max[r] = shared.maximum(q, row, columns);
        continue;
      }
      float max = Float.NEGATIVE_INFINITY;
      for (int k = 0; k < columns; k += span(columns, k)) {
        group.rows = Math.max(1, span(columns, k) / chunk);
        loops.maximum(q, row + k * 4L, span(columns, k) / group.rows, group);
        for (int i = 0; i < group.rows; i++) {
          // Compared like this a NaN is ignored; it shows in the sum.
          max = group.max[i] > max ? group.max[i] : max;
        }
      }
      block.max[r] = max;
    }
  }

  /** Sets block.sum and, where asked, block.weighted of each row; block.max is set. */
  void sum(Block block, MemorySegment q, long at, int columns, boolean weighted, int worker) {
    if (columns <= widest) {
      if (weighted) {
        loops.sumExpWeighted(q, at, columns, block);
      } else {
        loops.sumExp(q, at, columns, block);
      }
      return;
    }
    Block group = engine.chunk(worker);
    for (int r = 0; r < block.rows; r++) {
      long row = at + (long) r * columns * Float.BYTES;
      if (sharing) {
        shared.sum(block, r, q, row, columns, weighted);
        continue;
      }
      Arrays.fill(group.max, 0, GROUP, block.max[r]);
      Arrays.fill(group.scale, 0, GROUP, block.scale[r]);
      Arrays.fill(group.floor, 0, GROUP, block.floor[r]);
      double sum = 0;
      double weightedSum = 0;
      for (int k = 0; k < columns; k += span(columns, k)) {
        group.rows = Math.max(1, span(columns, k) / chunk);
        int width = span(columns, k) / group.rows;
        if (weighted) {
          loops.sumExpWeighted(q, row + k * 4L, width, group);
        } else {
          loops.sumExp(q, row + k * 4L, width, group);
        }
        for (int i = 0; i < group.rows; i++) {
          sum += group.sum[i];
          weightedSum += weighted ? group.weighted[i] : 0;
        }
      }
      block.sum[r] = (float) sum;
      block.weighted[r] = (float) weightedSum;
    }
  }

  /** Whether rows of this width are cut. */
  boolean isWide(int columns) {
    return columns > widest;
  }

  /** Floats of the next group: as many whole chunks as are left, up to a group, or the rest. */
  int span(int columns, int from) {
    int left = columns - from;
    return left >= chunk ? Math.min(GROUP, left / chunk) * chunk : left;
  }
}
