package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Counts squared distances: a group of sources at a time, tile by tile of transposed targets. */
final class VectorSteinCounting {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Sources whose distances the loops compute at once. */
  private static final int FOUR = 4;

  /** A coordinate that is infinitely far from any particle and from what pads targets. */
  private static final float FAR = Float.NEGATIVE_INFINITY;

  private final Apart squares = VectorSteinLoops.squaresOfFour();
  private final Apart count = Apart.of(VectorSteinMedian.class, "count");
  private final Apart draw = Apart.of(VectorSteinMedian.class, "draw");
  private final Apart keep = Apart.of(VectorSteinMedian.class, "keep");

  /** See {@link SteinLoops#sample}. */
  void sample(SteinBlock b, int count) {
    if (b.pairs) {
      b.kernelAt = b.valuesAt;
      b.kernels = count / LANES;
      b.groups = 0;
      draw.run(b);
      return;
    }
    long row = b.d * 4L;
    long sources = b.x.address() + b.stateX;
    long targets = b.y.address() + b.stateY;
    for (int i = 0; i < count; i++) {
      long bits = SteinLoops.pairBits(i);
      long x = sources + SteinLoops.source(b, bits) * row;
      long y = targets + SteinLoops.target(b, bits) * row;
      float square = 0;
      for (long c = 0; c < row; c += 4) {
        float delta = MEMORY.get(REAL, x + c) - MEMORY.get(REAL, y + c);
        square = Math.fma(delta, delta, square);
      }
      MEMORY.set(REAL, b.valuesAt + i * 4L, square);
    }
  }

  /** See {@link SteinLoops#survey}. */
  void survey(SteinBlock b, int first, int end) {
    b.kernelAt = b.tiles(SteinLoops.DRAWN).address();
    b.valuesAt = b.values().address();
    b.kernels = SteinLoops.DRAWN / LANES;
    for (int piece = first; piece < end; piece++) {
      b.groups = piece * b.kernels;
      draw.run(b);
      long before = b.below;
      keep.run(b);
      b.belowSquared += (b.below - before) * (b.below - before);
    }
  }

  /** See {@link SteinLoops#count}. */
  void run(SteinBlock b, int first, int end) {
    int width = VectorSteinLoops.WIDTH;
    int group = SteinLoops.GROUP;
    long room = (long) group * width;

    long row = b.d * 4L;
    MemorySegment scratch = b.tiles(room + (long) group * b.d);
    b.kernelAt = scratch.address();
    b.valuesAt = b.values().address();
    long padded = b.kernelAt + room * 4L;
    long targets = b.tileAt;
    for (int g = first; g < end; g++) {
      int j = g * group;
      int sources = Math.min(group, b.n - j);
      b.groups = Math.ceilDiv(sources, FOUR);
      int rows = b.groups * FOUR;
      b.kernels = rows * (width / LANES);
      b.sourceAt = b.x.address() + b.stateX + j * row;
      if (sources < rows) {
        MemorySegment.copy(MEMORY, b.sourceAt, MEMORY, padded, sources * row);
        for (long at = sources * row; at < rows * row; at += 4) {
          MEMORY.set(REAL, padded + at, FAR);
        }
        b.sourceAt = padded;
      }
      for (int i = b.pairs ? j : 0; i < b.m; i += width) {
        b.tileAt = targets + i * 4L;
        squares.run(b);
        if (b.pairs && i == j) {
          eachPairOnce(b, sources);
        }
        (g % b.thin == 0 ? keep : count).run(b);
      }
    }
    b.tileAt = targets;
  }

  /** Source r and target i of the same group are a pair for r &lt; i. */
  private static void eachPairOnce(SteinBlock b, int sources) {
    for (int r = 0; r < sources; r++) {
      long at = b.kernelAt + r * (VectorSteinLoops.WIDTH * 4L);
      for (int i = 0; i <= r; i++) {
        MEMORY.set(REAL, at + i * 4L, Float.POSITIVE_INFINITY);
      }
    }
  }
}
