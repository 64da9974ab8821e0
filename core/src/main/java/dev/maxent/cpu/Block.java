package dev.maxent.cpu;

import dev.maxent.backend.BackendException;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.RowReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One worker's scratch for a block of rows: per-row numbers, and off-heap room for lane sums and
 * for rows that are staged. It grows to the widest row seen and then allocates nothing.
 */
final class Block implements AutoCloseable {
  /**
   * Most rows of a block; a multiple of every vector length. At the end of a block, when its sums
   * become values, nothing is read from memory, and it takes a while to come at full speed again.
   */
  static final int ROWS = 256;

  /**
   * Floats of a block: few enough to stay in the first-level cache between loops, and so few that
   * while one loop works in the cache the hardware's prefetch already covers most of the next
   * block.
   */
  private static final int CACHED = 2048;

  /** How many rows ahead of a long row's sum its maximum is taken. Divides the rows of a block. */
  static final int AHEAD = 2;

  /** log₂ e. */
  static final double OCTAVES = 1.4426950408889634;

  /** ln 2. */
  static final double LN2 = 0.6931471805599453;

  /** Above this, (Q − max) / α loses digits to underflow where Q is small. */
  private static final double LARGEST_ALPHA = 1e20;

  /** Below this, 1 / α in octaves is beyond the largest float. */
  private static final double SMALLEST_ALPHA = Float.MIN_NORMAL;

  /**
   * Up to this maximum, Q − max of finite Q is finite: half an ulp of the largest float is 2¹⁰³.
   */
  static final float LARGEST_MAX = 0x1p102f;

  /**
   * The loops stop here: the bits of 2^this come out as exactly 0. Between −127 and −126, where e
   * is not normal any more, it is wrong by up to 2⁻¹²⁶.
   */
  private static final float FLOOR = -127f;

  /** Floats of the longest vector, to spare where loops fill several rows at once. */
  private static final int VECTOR = 16;

  final float[] max = new float[ROWS + VECTOR];
  final float[] scale = new float[ROWS];

  /** What scale is short of. */
  final float[] rest = new float[ROWS];

  final float[] floor = new float[ROWS];
  final float[] sum = new float[ROWS + VECTOR];
  final float[] weighted = new float[ROWS + VECTOR];
  final float[] factor = new float[ROWS + VECTOR];
  final double[] alpha = new double[ROWS];
  final double[] log = new double[ROWS];

  /** What −∞ adds to a sum of e − 1: −1, or 0 where it stands for an excluded column. */
  float absent = -1;

  /** Results and inputs of one number per row, moved in bulk. */
  final float[] value = new float[ROWS];

  final float[] reward = new float[ROWS];
  final byte[] flag = new byte[ROWS];

  /**
   * A power of two that sums are counted from, beside max. It is 0 where loops know nothing of it:
   * {@link Loops#logarithm} adds it and sets it back.
   */
  final float[] octaves = new float[ROWS];

  /** What max counts from, where rows hold weighted logits: V = base + α (max + log sum). */
  final float[] base = new float[ROWS];

  final boolean[] special = new boolean[ROWS];

  /** Whether sums are asked for that are counted from the maximum, and not from any number near. */
  boolean needsMaximum;

  /** Whether it is known that no row is special, nor its sum NaN, nor its maximum too large. */
  boolean ordinary;

  /** Whether a row's sum was NaN when lanes were added last. */
  boolean sumIsNaN;

  /** Whether all rows are near their first column, as far as loops need it that take no maximum. */
  boolean isNear;

  /** Blocks to come that are not tried without maxima, as there was one that needs them. */
  int shifted;

  /** Blocks to come that are summed by loops that take −∞, as there was some. */
  int careful;

  /** Rows that are put together first. */
  final StagedRows staged = new StagedRows(this);

  /** The temperature that all rows have, if they share one. */
  private double everywhere = Double.NaN;

  private boolean specialEverywhere;
  int rows;

  /** Rows from which on, and before which, loops work that do not do all of a block. */
  int first;

  int end;

  /** Addresses of lane sums: {@value #ROWS} vectors of at most 16 floats, twice. */
  final long lanes;

  final long lanes2;

  /** Maxima of rows behind this block, of {@link #AHEAD} rows or as lanes of all. */
  final float[] ahead = new float[AHEAD];

  final long lanesAhead;

  /** Rows behind this block that the next call goes on with; 0 if that is not known. */
  int following;

  /**
   * Where the rows lie of which such maxima are known, a block of them or, for shares, a group; 0
   * for none.
   */
  long aheadOf;

  /** Where their minima over two heads lie, and bytes from a row of one head to the other's. */
  long leastAt;

  long headStep;

  private final Arena fixed = Arena.ofShared();
  private final Room room = new Room();
  private final Room noise = new Room();

  Block() {
    lanes = fixed.allocate(16L * ROWS * Float.BYTES, 64).address();
    lanes2 = fixed.allocate(16L * ROWS * Float.BYTES, 64).address();
    lanesAhead = fixed.allocate(16L * ROWS * Float.BYTES, 64).address();
  }

  /**
   * Rows per block at a width, the same for every thread: a multiple of 16, or one where a row
   * alone fills a block, which also keeps rows times columns an int.
   */
  static int rowsFor(long columns) {
    if (columns >= CACHED) {
      return 1;
    }
    int fit = CACHED / (int) Math.max(1, columns);
    return Math.min(ROWS, Math.max(16, fit / 16 * 16));
  }

  /** Rows per block where a block need not stay cached: many, and sixteen blocks if there are. */
  static int rowsOf(int rows) {
    return Math.clamp(rows / 256 * 16L, 16, ROWS);
  }

  /** Before the first block of a stretch: no maxima are known, and nothing is known to follow. */
  void startOver() {
    following = 0;
    aheadOf = 0;
  }

  /** Sets the temperature of row r; one that is 0, extreme or invalid makes the row special. */
  void setAlpha(int r, double value) {
    everywhere = Double.NaN;
    set(r, value);
  }

  private void set(int r, double value) {
    alpha[r] = value;
    boolean usable = value >= SMALLEST_ALPHA && value <= LARGEST_ALPHA;
    special[r] = !usable;
    float rounded = usable ? (float) (OCTAVES / value) : 1;
    scale[r] = rounded;
    rest[r] = usable ? (float) (OCTAVES / value - rounded) : 0;
    floor[r] = FLOOR / rounded;
  }

  /** Sets the temperatures of all rows, of which the first is row {@code first} of the call. */
  void setTemperature(Temperature temperature, long first) {
    if (!temperature.isPerRow()) {
      setAlpha(RowReader.alpha(temperature, 0));
      return;
    }
    everywhere = Double.NaN;
    MemorySegment alphas = SoftTask.segment(temperature.array());
    MemorySegment.copy(alphas, ValueLayout.JAVA_FLOAT, first * Float.BYTES, value, 0, rows);
    for (int r = 0; r < rows; r++) {
      set(r, value[r]);
    }
  }

  /** Sets one temperature; most blocks find all but the flags as the block before left them. */
  void setAlpha(double value) {
    if (value == everywhere) {
      Arrays.fill(special, specialEverywhere);
      return;
    }
    setAlpha(0, value);
    Arrays.fill(alpha, alpha[0]);
    Arrays.fill(special, special[0]);
    Arrays.fill(scale, scale[0]);
    Arrays.fill(rest, rest[0]);
    Arrays.fill(floor, floor[0]);
    everywhere = value;
    specialEverywhere = special[0];
  }

  /** Makes rows special whose Q − max may overflow. */
  void watchDifferences() {
    for (int r = 0; r < rows; r++) {
      special[r] |= max[r] > LARGEST_MAX;
    }
  }

  /** Whether the temperature of every row is 0. */
  boolean isGreedy() {
    for (int r = 0; r < rows; r++) {
      if (alpha[r] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether all rows are known to have one temperature. */
  boolean hasOneTemperature() {
    return !Double.isNaN(everywhere);
  }

  /** From here on rows hold logits in nats. */
  void useLogits() {
    everywhere = Double.NaN;
    Arrays.fill(scale, 0, rows, (float) OCTAVES);
    Arrays.fill(floor, 0, rows, FLOOR / (float) OCTAVES);
  }

  /** 1/α of row r in float32, finite. */
  float inverse(int r) {
    return (float) Math.min(1 / alpha[r], Float.MAX_VALUE);
  }

  /** Gives rows of −∞ alone a maximum of 0: counted from −∞ their sum would be NaN. */
  void countEmptyFromZero() {
    for (int r = 0; r < rows; r++) {
      max[r] = max[r] == Float.NEGATIVE_INFINITY ? 0 : max[r];
    }
  }

  /** Gives them −∞ again. All other rows have a sum of about 1 or more, or NaN. */
  void emptyAgain() {
    for (int r = 0; r < rows; r++) {
      max[r] = sum[r] < 0.5f ? Float.NEGATIVE_INFINITY : max[r];
    }
  }

  /** Sets block.factor to 1/α of each row. */
  void invert() {
    for (int r = 0; r < rows; r++) {
      factor[r] = inverse(r);
    }
  }

  /** Room for count staged floats; valid until a later call asks for more. */
  MemorySegment room(long count) {
    return room.atLeast(count);
  }

  /** Room for count random words, and 256 bytes beyond for whole blocks and vectors. */
  MemorySegment noise(long count) {
    return noise.atLeast(count);
  }

  @Override
  public void close() {
    fixed.close();
    room.close();
    noise.close();
  }

  /** Memory that grows. Each has its own arena: one that grows must not free another in use. */
  static final class Room {
    private static final int SPARE = 64;
    private Arena arena;
    private MemorySegment segment = MemorySegment.NULL;

    MemorySegment atLeast(long floats) {
      long bytes = (floats + SPARE) * Float.BYTES;
      if (segment.byteSize() < bytes) {
        Arena larger = Arena.ofShared();
        try {
          segment = larger.allocate(Math.max(bytes, CACHED * Float.BYTES), 64);
        } catch (OutOfMemoryError error) {
          larger.close();
          throw new BackendException(
              "scratch of " + bytes + " bytes does not fit: " + error.getMessage(), error);
        }
        close();
        arena = larger;
      }
      return segment;
    }

    void close() {
      if (arena != null) {
        arena.close();
      }
    }
  }
}
