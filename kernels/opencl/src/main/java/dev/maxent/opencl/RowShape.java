package dev.maxent.opencl;

import java.util.Arrays;

/**
 * How rows of a width are spread over work-items: several rows to a group, one row to {@link
 * Tuning#rowLanes}, one row to a group, or, beyond, chunks. A work-item holds as few columns as
 * that allows. On a CPU each row belongs to one work-item.
 */
final class RowShape {
  /** Columns per work-item for which programs are built where work-items share rows. */
  private static final int[] SHARED_SIZES = {4, 8, 16, 32};

  /** The same where each has its own. */
  private static final int[] SINGLE_SIZES = {4, 32, 256, 2048};

  /** Columns per work-item that leave registers for several groups. */
  private static final int PREFERRED = 16;

  private final Tuning tuning;
  private final int[] sizes;
  private final String[][] macros;

  RowShape(Tuning tuning) {
    this.tuning = tuning;
    int[] all = tuning.single() ? SINGLE_SIZES : SHARED_SIZES;
    sizes = Arrays.stream(all).filter(size -> size <= tuning.perLane()).toArray();
    macros = new String[sizes.length][2];
    for (int i = 0; i < sizes.length; i++) {
      macros[i][0] = "-DPER_LANE=" + sizes[i] + " -DWEIGHTED=0";
      macros[i][1] = "-DPER_LANE=" + sizes[i] + " -DWEIGHTED=1";
    }
  }

  /** Whether rows must be cut into chunks. */
  boolean isWide(int columns) {
    return columns > chunk();
  }

  /** The macros that choose the columns per work-item and whether there are log-weights. */
  String macros(int columns, boolean weighted) {
    return macros[size(columns)][weighted ? 1 : 0];
  }

  /**
   * The smallest size with which a row fits its lanes, up to {@value #PREFERRED}; then more lanes
   * share the row, and only if a whole group does not suffice each holds more: beyond, registers
   * would leave room for one group per multiprocessor.
   */
  private int size(int columns) {
    int i = 0;
    while (i < sizes.length - 1
        && (tuning.single() || sizes[i + 1] <= PREFERRED)
        && sizes[i] * mostLanes() < columns) {
      i++;
    }
    boolean fits = tuning.single() || columns <= sizes[i] * tuning.group();
    return fits ? i : sizes.length - 1;
  }

  /** Lanes of a row of middling width, never more than there are work-items in a group. */
  private int mostLanes() {
    return tuning.single() ? 1 : Math.min(tuning.rowLanes(), tuning.group());
  }

  /** Work-items that share a row, a power of two. */
  int lanes(int columns) {
    int size = sizes[size(columns)];
    return powerOfTwo((columns + size - 1) / size);
  }

  /** Work-items of a group: one where a row alone takes a CPU core's time. */
  int group(int columns) {
    return tuning.single() && columns > SINGLE_SIZES[1] ? 1 : tuning.group();
  }

  /** Work-groups for that many rows. */
  long groups(int rows, int columns) {
    int perGroup = group(columns) / lanes(columns);
    return ((long) rows + perGroup - 1) / perGroup;
  }

  /** Columns of a chunk of a wide row. */
  int chunk() {
    return chunkGroup() * sizes[sizes.length - 1];
  }

  /** Work-items of a group that does a chunk. */
  int chunkGroup() {
    return tuning.single() ? 1 : tuning.group();
  }

  private static int powerOfTwo(int least) {
    return least <= 1 ? 1 : Integer.highestOneBit(least - 1) << 1;
  }
}
