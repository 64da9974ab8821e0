package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of Q with several heads, a mask or log-weights, and the scratch in which {@link
 * StagingLoops} put them together. Offsets and steps count bytes; a step leads from one row to the
 * next and is 0 where all rows share one.
 */
final class StagedRows {
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  /** Holds max, factor and special of each row, for {@link StagingLoops#weigh}. */
  final Block block;

  int rows;
  int columns;

  MemorySegment q;
  long qAt;
  int heads;

  /** From a row of one head to the same row of the next. */
  long headStep;

  /** One byte per element, or null. */
  MemorySegment mask;

  long maskAt;
  long maskStep;

  /** One float per element, or null. */
  MemorySegment logWeights;

  long weightsAt;
  long weightsStep;

  /** Rows without room between them, from the start. */
  MemorySegment out;

  /** Where in {@link #out} logits go: 0 for the place of the rows, or behind them. */
  long logitsAt;

  StagedRows(Block block) {
    this.block = block;
  }

  /** From one row of q or out to the next. */
  long rowStep() {
    return (long) columns * Float.BYTES;
  }

  /** Stretches to admit one by one: rows, or all in one where nothing is shared between rows. */
  int stretches() {
    return isShared() ? rows : 1;
  }

  /** Elements of a stretch. */
  int stretch() {
    return isShared() ? columns : rows * columns;
  }

  /** Whether all columns of a row are excluded. */
  boolean isEmpty(int row) {
    long at = maskAt + row * maskStep;
    long end = at + columns;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      if (mask.get(WORD, at) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (mask.get(ValueLayout.JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isShared() {
    return (mask != null && maskStep == 0) || (logWeights != null && weightsStep == 0);
  }
}
