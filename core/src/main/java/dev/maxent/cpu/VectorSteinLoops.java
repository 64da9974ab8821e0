package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The loops of SVGD with the Vector API: tiles of four vectors of targets. */
final class VectorSteinLoops implements SteinLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Targets of a tile. */
  static final int WIDTH = 4 * LANES;

  private static final int GROUP = 4;

  /** Groups whose kernels are kept between loops: 8 KiB. */
  private static final int CHUNK = 8;

  private static final long KERNELS = (long) CHUNK * GROUP * WIDTH;

  private final Apart clear = Apart.of(VectorLanes.class, "fill");
  private final Apart packVector = Apart.of(VectorSteinTiles.class, "pack");
  private final Apart add = Apart.of(VectorSteinTiles.class, "add");
  private final Apart unpackVector = Apart.of(VectorSteinTiles.class, "unpack");
  private final Apart squaresOfFour = squaresOfFour();
  private final Apart squaresOfOne = Apart.of(VectorStein.class, "squaresOfOne");
  private final Apart kernels = Apart.of(VectorStein.class, "kernels");
  private final Apart sumsOfFour = Apart.of(VectorSteinQuads.class, "sums");
  private final Apart sumsOfPairs = Apart.of(VectorSteinWide.class, "sums");
  private final Apart sumsOfOne = Apart.of(VectorStein.class, "sumsOfOne");
  private final Apart growths = Apart.of(VectorSteinKernels.class, "growths");
  private final Apart imq = Apart.of(VectorSteinKernels.class, "imq");
  private final Apart linear = Apart.of(VectorSteinKernels.class, "linear");
  private final Apart discrepancy = Apart.of(VectorSteinKernels.class, "discrepancy");
  private final Apart linearDiscrepancy = Apart.of(VectorSteinKernels.class, "linearDiscrepancy");
  private final Apart squares = Apart.of(VectorSteinMedian.class, "squares");
  private final Apart select = Apart.of(VectorSteinSelection.class, "select");
  private final Apart largest = Apart.of(VectorSteinMedian.class, "largest");

  private final VectorSteinCounting counting = new VectorSteinCounting();
  private final SteinLaneLoops lanes = new VectorSteinLaneLoops();
  private final SteinMutualLoops mutual =
      VectorMath.MANY_REGISTERS ? new VectorSteinMutualLoops(this) : null;

  @Override
  public SteinLaneLoops lanes() {
    return lanes;
  }

  @Override
  public SteinMutualLoops mutual() {
    return mutual;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public void direction(SteinBlock b, int first, int targets) {
    int d = b.d;
    place(b, 0);
    pack(b, b.y.address() + b.stateY + first * (d * 4L), targets, b.tileAt);
    long totals = b.sumAt + d * (WIDTH * 4L);
    boolean several = b.n > STRETCH;
    for (int j = 0; j < b.n; j += STRETCH) {
      clear.fill(b.sumAt, 4 * d, 0);
      stretch(b, j, Math.min(STRETCH, b.n - j), targets, false);
      if (several) {
        if (j == 0) {
          clear.fill(totals, 4 * d, 0);
        }
        add.run(b.sumAt, totals, 4 * d);
      }
    }
    unpack(b, several ? totals : b.sumAt, first, targets);
  }

  /** Places the tile and the sums in scratch; where more floats lie. */
  static long place(SteinBlock b, long more) {
    long floats = (long) b.d * WIDTH;
    long padding = (2L * GROUP * b.d + LANES) & -LANES;
    MemorySegment scratch = b.tiles(4 * floats + 2 * KERNELS + padding + more);
    b.tileStep = WIDTH * 4L;
    b.tileAt = scratch.address();
    b.tileScoreAt = b.tileAt + floats * 4L;
    b.sumAt = b.tileScoreAt + floats * 4L;
    b.kernelAt = b.sumAt + floats * 8L;
    b.growthAt = b.kernelAt + KERNELS * 4L;
    return b.growthAt + (KERNELS + padding) * 4L;
  }

  /** Chunks of some sources, the last group padded. */
  void stretch(SteinBlock b, int from, int count, int targets, boolean discrepancy) {
    long row = b.d * 4L;
    b.sourceAt = b.x.address() + b.stateX + from * row;
    b.scoreAt = b.s.address() + b.stateX + from * row;
    for (int left = count; left > 0; left -= b.sources) {
      if (left < GROUP) {
        pad(b, left);
        b.sources = left;
      } else {
        b.groups = Math.min(CHUNK, left / GROUP);
        b.sources = b.groups * GROUP;
      }
      if (discrepancy) {
        pairs(b);
      } else if (b.kind == SteinBlock.RBF && targets > 2 * LANES) {
        b.kernels = b.groups * GROUP * 4;
        squaresOfFour.run(b);
        kernels.run(b);
        clearPadding(b, WIDTH);
        sums(b);
      } else {
        vectors(b, targets);
      }
      b.sourceAt += row * b.sources;
      b.scoreAt += row * b.sources;
    }
  }

  /** Σ of four vectors of targets. */
  private void sums(SteinBlock b) {
    int wide = VectorSteinWide.coordinates(b.d);
    if (wide > 0) {
      sumsOfPairs.run(b);
    }
    if (wide < b.d) {
      sumsOfFour.run(b);
    }
  }

  /** r² of four vectors of targets and groups of four sources. */
  static Apart squaresOfFour() {
    return Apart.of(
        VectorMath.MANY_REGISTERS ? VectorSteinWide.class : VectorSteinQuads.class, "squares");
  }

  /** Vector by vector of targets. */
  private void vectors(SteinBlock b, int targets) {
    long tile = b.tileAt;
    long sum = b.sumAt;
    for (int done = 0; done < targets; done += LANES) {
      other(b);
      b.tileAt += LANES * 4L;
      b.sumAt += LANES * 4L;
    }
    b.tileAt = tile;
    b.sumAt = sum;
  }

  /** Kernels, and growths where there are any, for one vector of targets. */
  private void kernelsOfOne(SteinBlock b) {
    b.kernels = b.groups * GROUP;
    squaresOfOne.run(b);
    if (b.kind == SteinBlock.IMQ) {
      growths.run(b);
    }
    kernels.run(b);
    clearPadding(b, LANES);
  }

  /** k ← 0 of the sources that pad a group, so that no sum depends on where they are. */
  private void clearPadding(SteinBlock b, int targets) {
    int padding = b.groups * GROUP - b.sources;
    if (padding > 0) {
      clear.fill(b.kernelAt + b.sources * (targets * 4L), padding * (targets / LANES), 0);
    }
  }

  private void other(SteinBlock b) {
    if (b.kind == SteinBlock.LINEAR) {
      linear.run(b);
    } else {
      kernelsOfOne(b);
      (b.kind == SteinBlock.RBF ? sumsOfOne : imq).run(b);
    }
  }

  private void pairs(SteinBlock b) {
    if (b.kind == SteinBlock.LINEAR) {
      linearDiscrepancy.run(b);
    } else {
      kernelsOfOne(b);
      discrepancy.run(b);
    }
  }

  /** The last sources, and the first of them again instead of those that are missing in a group. */
  private static void pad(SteinBlock b, int left) {
    long row = b.d * 4L;
    long to = b.growthAt + KERNELS * 4L;
    MemorySegment.copy(MEMORY, b.sourceAt, MEMORY, to, left * row);
    long scores = to + GROUP * row;
    MemorySegment.copy(MEMORY, b.scoreAt, MEMORY, scores, left * row);
    for (int j = left; j < GROUP; j++) {
      MemorySegment.copy(MEMORY, to, MEMORY, to + j * row, row);
      MemorySegment.copy(MEMORY, scores, MEMORY, scores + j * row, row);
    }
    b.sourceAt = to;
    b.scoreAt = scores;
    b.groups = 1;
  }

  /** Rows of a tile ← coordinates of particles; 0 in lanes beyond the last. */
  void pack(SteinBlock b, long from, int targets, long tile) {
    int d = b.d;
    int done = 0;
    if (d <= VectorSteinTiles.MOST_COORDINATES) {
      long before = b.tileAt;
      for (; done + LANES <= targets; done += LANES) {
        b.tileAt = tile + done * 4L;
        b.sourceAt = from + done * (d * 4L);
        packVector.run(b);
      }
      b.tileAt = before;
    }
    for (int k = 0; k < d; k++) {
      long to = tile + k * (WIDTH * 4L) + done * 4L;
      long at = from + k * 4L + done * (d * 4L);
      for (int i = done; i < targets; i++) {
        MEMORY.set(REAL, to, MEMORY.get(REAL, at));
        to += 4;
        at += d * 4L;
      }
      for (int i = targets; i < WIDTH; i++) {
        MEMORY.set(REAL, to, 0f);
        to += 4;
      }
    }
  }

  /** φ ← sums / n, and + α y with the linear kernel. */
  void unpack(SteinBlock b, long sums, int first, int targets) {
    int d = b.d;
    long row = d * 4L;
    float share = 1f / b.n;
    long out = b.out.address() + b.stateY + first * row;
    float alpha = b.kind == SteinBlock.LINEAR ? b.alpha : 0;
    boolean linear = alpha != 0;
    int done = 0;
    if (d <= VectorSteinTiles.MOST_COORDINATES && !linear) {
      b.share = share;
      for (; done + LANES <= targets; done += LANES) {
        b.sumAt = sums + done * 4L;
        b.sourceAt = out + done * row;
        unpackVector.run(b);
      }
    }
    for (int k = 0; k < d; k++) {
      long from = sums + k * (WIDTH * 4L);
      long tile = b.tileAt + k * (WIDTH * 4L);
      long at = out + k * 4L + done * row;
      for (int i = done; i < targets; i++) {
        float phi = MEMORY.get(REAL, from + i * 4L) * share;
        MEMORY.set(REAL, at, linear ? phi + alpha * MEMORY.get(REAL, tile + i * 4L) : phi);
        at += row;
      }
    }
  }

  @Override
  public double discrepancy(SteinBlock b, int first, int targets) {
    long row = b.d * 4L;
    place(b, 0);
    pack(b, b.x.address() + b.stateX + first * row, targets, b.tileAt);
    pack(b, b.s.address() + b.stateX + first * row, targets, b.tileScoreAt);
    double sum = 0;
    for (int half = 0; half < targets; half += LANES) {
      for (int j = 0; j < b.n; j += STRETCH) {
        clear.fill(b.sumAt, 1, 0);
        stretch(b, j, Math.min(STRETCH, b.n - j), LANES, true);
        for (int i = 0; i < Math.min(LANES, targets - half); i++) {
          sum += MEMORY.get(REAL, b.sumAt + i * 4L);
        }
      }
      b.tileAt += LANES * 4L;
      b.tileScoreAt += LANES * 4L;
    }
    return sum;
  }

  @Override
  public void transpose(SteinBlock b) {
    int stride = b.m + WIDTH;
    MemorySegment room = b.transposed((long) stride * b.d);
    b.tileAt = room.address();
    b.tileStep = stride * 4L;
    long from = b.y.address() + b.stateY;
    long row = b.d * 4L;
    int done = 0;
    if (b.d <= VectorSteinTiles.MOST_COORDINATES) {
      long tile = b.tileAt;
      for (; done + LANES <= b.m; done += LANES) {
        b.sourceAt = from + done * row;
        packVector.run(b);
        b.tileAt += LANES * 4L;
      }
      b.tileAt = tile;
    }
    for (int k = 0; k < b.d; k++) {
      long to = b.tileAt + k * b.tileStep + done * 4L;
      long at = from + k * 4L + done * row;
      for (int i = done; i < b.m; i++) {
        MEMORY.set(REAL, to, MEMORY.get(REAL, at));
        to += 4;
        at += row;
      }
      clear.fill(to, WIDTH / LANES, Float.POSITIVE_INFINITY);
    }
  }

  @Override
  public void squares(SteinBlock b) {
    b.sourceAt = b.x.address() + b.stateX;
    b.valuesAt = b.values().address();
    squares.run(b);
  }

  @Override
  public void sample(SteinBlock b, int count) {
    counting.sample(b, count);
  }

  @Override
  public void survey(SteinBlock b, int first, int end) {
    counting.survey(b, first, end);
  }

  @Override
  public void count(SteinBlock b, int first, int end) {
    counting.run(b, first, end);
  }

  @Override
  public void select(SteinBlock b) {
    b.sumAt = b.tiles(LANES).address();
    b.valuesAt = b.values().address();
    select.run(b);
  }

  @Override
  public int largest(MemorySegment values, long at, int count) {
    return largest.find(values.address() + at, count);
  }
}
