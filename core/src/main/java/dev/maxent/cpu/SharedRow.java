package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Maximum and sum of one very wide row by all threads, where there are too few rows to share out.
 * Every chunk leaves its own result, and they are merged in order: the bits are those of {@link
 * WideRows} on one thread.
 */
final class SharedRow implements Workers.Task {
  private static final double NANOS_PER_COLUMN = 0.15;

  private final CpuEngine engine;
  private final WideRows wide;
  private MemorySegment q;
  private long at;
  private int columns;
  private float max;
  private float scale;
  private float floor;
  private boolean summing;
  private boolean weighted;

  /** Maxima or sums of the chunks. */
  private float[] results = {};

  private float[] weightedResults = {};

  SharedRow(CpuEngine engine, WideRows wide) {
    this.engine = engine;
    this.wide = wide;
  }

  /** The row's maximum; any if one is NaN. */
  float maximum(MemorySegment newQ, long newAt, int newColumns) {
    summing = false;
    int chunks = run(newQ, newAt, newColumns);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < chunks; i++) {
      largest = results[i] > largest ? results[i] : largest;
    }
    return largest;
  }

  /** Sets row r's sum and, where asked, weighted; its maximum is set. */
  void sum(Block block, int r, MemorySegment newQ, long newAt, int newColumns, boolean both) {
    summing = true;
    weighted = both;
    max = block.max[r];
    scale = block.scale[r];
    floor = block.floor[r];
    int chunks = run(newQ, newAt, newColumns);
    double sum = 0;
    double weightedSum = 0;
    for (int i = 0; i < chunks; i++) {
      sum += results[i];
      weightedSum += both ? weightedResults[i] : 0;
    }
    block.sum[r] = (float) sum;
    block.weighted[r] = (float) weightedSum;
  }

  private int run(MemorySegment newQ, long newAt, int newColumns) {
    q = newQ;
    at = newAt;
    columns = newColumns;
    int chunks = Math.ceilDiv(columns, wide.chunk());
    if (results.length < chunks) {
      // In this order: after a failure the next call must not believe in either.
      weightedResults = new float[chunks];
      results = new float[chunks];
    }
    int group = wide.group();
    long groups = ((long) columns + group - 1) / group;
    engine.workers().run(groups, NANOS_PER_COLUMN * group, this);
    q = null;
    return chunks;
  }

  @Override
  public void run(long from, long to, int worker) {
    Block group = engine.chunk(worker);
    Arrays.fill(group.max, max);
    Arrays.fill(group.scale, scale);
    Arrays.fill(group.floor, floor);
    int end = (int) Math.min(columns, to * wide.group());
    int span;
    for (int k = (int) (from * wide.group()); k < end; k += span) {
      span = wide.span(columns, k);
      group.rows = Math.max(1, span / wide.chunk());
      int width = span / group.rows;
      long spanAt = at + k * 4L;
      int chunk = k / wide.chunk();
      if (!summing) {
        engine.loops().maximum(q, spanAt, width, group);
        System.arraycopy(group.max, 0, results, chunk, group.rows);
      } else if (weighted) {
        engine.loops().sumExpWeighted(q, spanAt, width, group);
        System.arraycopy(group.sum, 0, results, chunk, group.rows);
        System.arraycopy(group.weighted, 0, weightedResults, chunk, group.rows);
      } else {
        engine.loops().sumExp(q, spanAt, width, group);
        System.arraycopy(group.sum, 0, results, chunk, group.rows);
      }
    }
  }
}
