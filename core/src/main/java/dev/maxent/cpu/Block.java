package dev.maxent.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One worker's scratch for a block of rows: per-row numbers, and off-heap room for lane sums and
 * for rows that are staged. It grows to the widest row seen and then allocates nothing.
 */
final class Block implements AutoCloseable {
  /** Most rows of a block; a multiple of every vector length. */
  static final int ROWS = 64;

  /**
   * Floats of a block: few enough to stay in the first-level cache between loops, and so few that
   * while one loop works in the cache the hardware's prefetch already covers most of the next
   * block.
   */
  private static final int CACHED = 2048;

  /** log₂ e. */
  static final double OCTAVES = 1.4426950408889634;

  /** ln 2. */
  static final double LN2 = 0.6931471805599453;

  /** Below 2^this, e is not normal any more; the loops stop there. */
  private static final float FLOOR = -126f;

  final float[] max = new float[ROWS];
  final float[] scale = new float[ROWS];
  final float[] floor = new float[ROWS];
  final float[] sum = new float[ROWS];
  final float[] weighted = new float[ROWS];
  final float[] factor = new float[ROWS];
  final double[] alpha = new double[ROWS];
  final double[] log = new double[ROWS];

  /** Results and inputs of one number per row, moved in bulk. */
  final float[] value = new float[ROWS];

  final float[] reward = new float[ROWS];
  final byte[] flag = new byte[ROWS];

  /** What max counts from, where rows hold weighted logits: V = base + α (max + log sum). */
  final float[] base = new float[ROWS];

  final boolean[] special = new boolean[ROWS];
  int rows;

  /** Addresses of lane sums: {@value #ROWS} vectors of at most 16 floats, twice. */
  final long lanes;

  final long lanes2;
  private final Arena fixed = Arena.ofShared();
  private Arena grown = Arena.ofShared();
  private MemorySegment staged = MemorySegment.NULL;
  private MemorySegment noise = MemorySegment.NULL;

  Block() {
    lanes = fixed.allocate(16L * ROWS * Float.BYTES, 64).address();
    lanes2 = fixed.allocate(16L * ROWS * Float.BYTES, 64).address();
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

  /** Sets the temperature of row r; one that is 0 or invalid makes the row special. */
  void setAlpha(int r, double value) {
    alpha[r] = value;
    boolean usable = value > 0 && value < Double.POSITIVE_INFINITY;
    special[r] = !usable;
    float octaves = usable ? (float) Math.min(OCTAVES / value, Float.MAX_VALUE) : 1;
    scale[r] = octaves;
    floor[r] = FLOOR / octaves;
  }

  void setAlpha(double value) {
    setAlpha(0, value);
    Arrays.fill(alpha, 1, rows, alpha[0]);
    Arrays.fill(special, 1, rows, special[0]);
    Arrays.fill(scale, 1, rows, scale[0]);
    Arrays.fill(floor, 1, rows, floor[0]);
  }

  /** From here on rows hold logits in nats. */
  void useLogits() {
    Arrays.fill(scale, 0, rows, (float) OCTAVES);
    Arrays.fill(floor, 0, rows, FLOOR / (float) OCTAVES);
  }

  /** 1/α of row r in float32, finite. */
  float inverse(int r) {
    return (float) Math.min(1 / alpha[r], Float.MAX_VALUE);
  }

  /** Room for count staged floats. */
  MemorySegment staged(long count) {
    if (staged.byteSize() < count * Float.BYTES) {
      grow(count);
    }
    return staged;
  }

  /** Room for count random words, a whole block of four and more beyond. */
  MemorySegment noise(long count) {
    if (noise.byteSize() < count * Float.BYTES) {
      grow(count);
    }
    return noise;
  }

  private void grow(long count) {
    grown.close();
    grown = Arena.ofShared();
    long bytes = (Math.max(count, CACHED) + 64) * Float.BYTES;
    staged = grown.allocate(bytes, 64);
    noise = grown.allocate(bytes, 64);
  }

  @Override
  public void close() {
    fixed.close();
    grown.close();
  }
}
