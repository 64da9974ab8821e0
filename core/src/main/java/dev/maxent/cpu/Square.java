package dev.maxent.cpu;

/** A square block for {@link VectorTranspose}: addresses, bytes from row to row, rows. */
class Square {
  /** The first row, and how many there are: the last stands for all behind it. */
  long from;

  long fromStep;
  int fromRows;

  /** Where the first row goes; rows from toRows on are not written. */
  long to;

  long toStep;
  int toRows;

  /** For {@link VectorSquares}: how many blocks, and bytes from one to the next. */
  int blocks;

  long fromNext;
  long toNext;

  /** The largest bits without their sign; those of later blocks join in. */
  int most;

  /** Room for the block. */
  long scratchAt;
}
