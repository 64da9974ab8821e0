package dev.maxent.opencl;

/**
 * How rows of a width are spread over work-items: several rows to a group with up to four columns
 * per work-item, one row to {@link Tuning#rowLanes}, one row to a group, or, beyond, chunks. On a
 * CPU each row belongs to one work-item.
 */
final class RowShape {
  private static final int FEW = 4;

  /** Columns per work-item for which programs are built; a CPU's rows take the next larger. */
  private static final int[] SIZES = {4, 32, 256, 2048};

  private final Tuning tuning;
  private final String[][] macros = new String[SIZES.length][2];

  RowShape(Tuning tuning) {
    this.tuning = tuning;
    for (int i = 0; i < SIZES.length; i++) {
      int size = tuning.single() || SIZES[i] == FEW ? SIZES[i] : tuning.perLane();
      macros[i][0] = "-DPER_LANE=" + size + " -DWEIGHTED=0";
      macros[i][1] = "-DPER_LANE=" + size + " -DWEIGHTED=1";
    }
  }

  /** Whether rows must be cut into chunks. */
  boolean isWide(int columns) {
    return columns > mostOfGroup();
  }

  private int mostOfGroup() {
    return (tuning.single() ? 1 : tuning.group()) * tuning.perLane();
  }

  /** The macros that choose the columns per work-item and whether there are log-weights. */
  String macros(int columns, boolean weighted) {
    return macros[size(columns)][weighted ? 1 : 0];
  }

  private int size(int columns) {
    if (!tuning.single()) {
      return isFew(columns) ? 0 : 1;
    }
    int i = 0;
    while (SIZES[i] < columns) {
      i++;
    }
    return i;
  }

  private boolean isFew(int columns) {
    return columns <= FEW * mostLanes();
  }

  /** Lanes of a row, never more than there are work-items in a group. */
  private int mostLanes() {
    return Math.min(tuning.rowLanes(), tuning.group());
  }

  /** Work-items that share a row, a power of two. */
  int lanes(int columns) {
    if (tuning.single()) {
      return 1;
    }
    if (isFew(columns)) {
      return powerOfTwo((columns + FEW - 1) / FEW);
    }
    if (columns <= mostLanes() * tuning.perLane()) {
      return mostLanes();
    }
    return powerOfTwo((columns + tuning.perLane() - 1) / tuning.perLane());
  }

  /** Work-items of a group: one where a row alone takes a CPU core's time. */
  int group(int columns) {
    return tuning.single() && columns > SIZES[1] ? 1 : tuning.group();
  }

  /** Work-groups for that many rows. */
  long groups(int rows, int columns) {
    int perGroup = group(columns) / lanes(columns);
    return ((long) rows + perGroup - 1) / perGroup;
  }

  /** Columns of a chunk of a wide row. */
  int chunk() {
    return mostOfGroup();
  }

  /** Work-items of a group that does a chunk. */
  int chunkGroup() {
    return tuning.single() ? 1 : tuning.group();
  }

  private static int powerOfTwo(int least) {
    return least <= 1 ? 1 : Integer.highestOneBit(least - 1) << 1;
  }
}
