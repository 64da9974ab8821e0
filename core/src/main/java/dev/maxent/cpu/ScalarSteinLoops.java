package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The loops of SVGD in plain Java: flat loops over the targets of a tile. */
final class ScalarSteinLoops implements SteinLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int WIDTH = 64;

  /** A thread's arrays. */
  private static final class Scratch {
    private final ScalarScratch math = new ScalarScratch();
    private float[] tile = new float[0];
    private float[] tileScores = new float[0];
    private float[] sums = new float[0];
    private float[] totals = new float[0];
    private float[] x = new float[0];
    private float[] s = new float[0];
    private final float[] square = new float[WIDTH];
    private final float[] across = new float[WIDTH];
    private final float[] scores = new float[WIDTH];
    private final float[] gradient = new float[WIDTH];
    private final float[] scale = new float[WIDTH];
    private final float[] total = new float[WIDTH];

    private void fit(int d) {
      if (x.length < d) {
        tile = new float[d * WIDTH];
        tileScores = new float[d * WIDTH];
        sums = new float[d * WIDTH];
        totals = new float[d * WIDTH];
        x = new float[d];
        s = new float[d];
      }
    }
  }

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  @Override
  public SteinLaneLoops lanes() {
    return null;
  }

  @Override
  public SteinMutualLoops mutual() {
    return null;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  private static void pack(MemorySegment from, long at, int d, int count, float[] tile) {
    for (int k = 0; k < d; k++) {
      for (int i = 0; i < WIDTH; i++) {
        tile[k * WIDTH + i] = i < count ? from.get(REAL, at + (i * d + k) * 4L) : 0;
      }
    }
  }

  private static void load(MemorySegment from, long at, int d, float[] to) {
    MemorySegment.copy(from, REAL, at, to, 0, d);
  }

  private static void addSquares(float x, float[] tile, int at, float[] sum) {
    for (int i = 0; i < WIDTH; i++) {
      float delta = x - tile[at + i];
      sum[i] = Math.fma(delta, delta, sum[i]);
    }
  }

  private static void addProducts(float x, float[] tile, int at, float[] sum) {
    for (int i = 0; i < WIDTH; i++) {
      sum[i] = Math.fma(x, tile[at + i], sum[i]);
    }
  }

  private static void addTerms(
      float x, float s, float[] k, float[] gradient, float[] tile, int at, float[] sum) {
    for (int i = 0; i < WIDTH; i++) {
      float delta = x - tile[at + i];
      sum[at + i] = Math.fma(gradient[i], delta, Math.fma(k[i], s, sum[at + i]));
    }
  }

  private static void addAcross(
      float x, float s, float[] tile, float[] scores, int at, float[] sum) {
    for (int i = 0; i < WIDTH; i++) {
      sum[i] = Math.fma(x - tile[at + i], s - scores[at + i], sum[i]);
    }
  }

  /** k of all lanes from r², or from x·y + 1, into math.values; gradient ← what δ is times. */
  private static float[] kernel(SteinBlock b, Scratch t) {
    float[] k = t.math.values;
    if (b.kind == SteinBlock.LINEAR) {
      System.arraycopy(t.square, 0, k, 0, WIDTH);
      Arrays.fill(t.gradient, 0);
      return k;
    }
    Arrays.fill(t.math.offset, 0, WIDTH, 0);
    Arrays.fill(t.scale, b.scale);
    if (b.kind == SteinBlock.IMQ) {
      for (int i = 0; i < WIDTH; i++) {
        k[i] = Math.fma(t.square[i], b.grow, 1f);
        t.gradient[i] = k[i];
      }
      ScalarMath.log(t.math, WIDTH);
      k = t.math.values;
      for (int i = 0; i < WIDTH; i++) {
        k[i] = (float) t.math.real[i];
      }
    } else {
      System.arraycopy(t.square, 0, k, 0, WIDTH);
      Arrays.fill(t.gradient, 1);
    }
    ScalarMath.exp(t.math, t.scale, WIDTH);
    k = t.math.values;
    for (int i = 0; i < WIDTH; i++) {
      k[i] *= b.factor;
      t.gradient[i] = k[i] / t.gradient[i] * b.slope;
    }
    return k;
  }

  /** square ← r², or x·y + 1. */
  private static void square(SteinBlock b, Scratch t) {
    boolean linear = b.kind == SteinBlock.LINEAR;
    Arrays.fill(t.square, linear ? 1 : 0);
    for (int c = 0; c < b.d; c++) {
      if (linear) {
        addProducts(t.x[c], t.tile, c * WIDTH, t.square);
      } else {
        addSquares(t.x[c], t.tile, c * WIDTH, t.square);
      }
    }
  }

  @Override
  public void direction(SteinBlock b, int first, int count) {
    Scratch t = scratch.get();
    int d = b.d;
    t.fit(d);
    pack(b.y, b.stateY + first * (d * 4L), d, count, t.tile);
    Arrays.fill(t.totals, 0, d * WIDTH, 0);
    for (int from = 0; from < b.n; from += STRETCH) {
      Arrays.fill(t.sums, 0, d * WIDTH, 0);
      for (int j = from; j < Math.min(b.n, from + STRETCH); j++) {
        load(b.x, b.stateX + j * (d * 4L), d, t.x);
        load(b.s, b.stateX + j * (d * 4L), d, t.s);
        square(b, t);
        float[] k = kernel(b, t);
        for (int c = 0; c < d; c++) {
          addTerms(t.x[c], t.s[c], k, t.gradient, t.tile, c * WIDTH, t.sums);
        }
      }
      for (int i = 0; i < d * WIDTH; i++) {
        t.totals[i] += t.sums[i];
      }
    }
    float alpha = b.kind == SteinBlock.LINEAR ? b.alpha : 0;
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < d; c++) {
        int at = c * WIDTH + i;
        float phi = Math.fma(alpha, t.tile[at], t.totals[at] / b.n);
        b.out.set(REAL, b.stateY + ((long) (first + i) * d + c) * 4, phi);
      }
    }
  }

  @Override
  public double discrepancy(SteinBlock b, int first, int count) {
    Scratch t = scratch.get();
    int d = b.d;
    t.fit(d);
    pack(b.x, b.stateX + first * (d * 4L), d, count, t.tile);
    pack(b.s, b.stateX + first * (d * 4L), d, count, t.tileScores);
    double sum = 0;
    for (int from = 0; from < b.n; from += STRETCH) {
      Arrays.fill(t.total, 0);
      for (int j = from; j < Math.min(b.n, from + STRETCH); j++) {
        load(b.x, b.stateX + j * (d * 4L), d, t.x);
        load(b.s, b.stateX + j * (d * 4L), d, t.s);
        addPairs(b, t);
      }
      for (int i = 0; i < count; i++) {
        sum += t.total[i];
      }
    }
    return sum;
  }

  /** total += u(x, x′). */
  private static void addPairs(SteinBlock b, Scratch t) {
    square(b, t);
    Arrays.fill(t.across, b.d);
    Arrays.fill(t.scores, 0);
    for (int c = 0; c < b.d; c++) {
      addProducts(t.s[c], t.tileScores, c * WIDTH, t.scores);
      if (b.kind == SteinBlock.LINEAR) {
        for (int i = 0; i < WIDTH; i++) {
          float own = t.tile[c * WIDTH + i] * t.tileScores[c * WIDTH + i];
          t.across[i] += Math.fma(t.x[c], t.s[c], own);
        }
      } else {
        addAcross(t.x[c], t.s[c], t.tile, t.tileScores, c * WIDTH, t.across);
      }
    }
    float[] k = kernel(b, t);
    for (int i = 0; i < WIDTH; i++) {
      float u = k[i] * t.scores[i];
      if (b.kind == SteinBlock.LINEAR) {
        u += t.across[i];
      } else {
        float w = b.kind == SteinBlock.IMQ ? Math.fma(t.square[i], b.grow, 1f) : 1f;
        u -= t.gradient[i] * t.across[i] + k[i] * b.curve * t.square[i] / w / w;
      }
      t.total[i] += u;
    }
  }

  @Override
  public void transpose(SteinBlock b) {
    // Rows are read where they are.
  }

  private static float square(SteinBlock b, int j, int i) {
    float sum = 0;
    for (int c = 0; c < b.d; c++) {
      float x = b.x.get(REAL, b.stateX + ((long) j * b.d + c) * 4);
      float delta = x - b.y.get(REAL, b.stateY + ((long) i * b.d + c) * 4);
      sum = Math.fma(delta, delta, sum);
    }
    return sum;
  }

  @Override
  public void squares(SteinBlock b) {
    MemorySegment values = b.values();
    int kept = 0;
    for (int j = 0; j < b.n; j++) {
      for (int i = b.pairs ? j + 1 : 0; i < b.m; i++) {
        values.setAtIndex(ValueLayout.JAVA_FLOAT, kept++, square(b, j, i));
      }
    }
    b.kept = kept;
  }

  private static float drawn(SteinBlock b, int i) {
    long bits = SteinLoops.pairBits(i);
    return square(b, (int) SteinLoops.source(b, bits), (int) SteinLoops.target(b, bits));
  }

  @Override
  public void sample(SteinBlock b, int count) {
    MemorySegment values = b.values();
    for (int i = 0; i < count; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, drawn(b, i));
    }
  }

  @Override
  public void survey(SteinBlock b, int first, int end) {
    MemorySegment values = b.values();
    for (int piece = first; piece < end; piece++) {
      long before = b.below;
      for (int i = piece * DRAWN; i < (piece + 1) * DRAWN; i++) {
        add(b, values, drawn(b, i), true);
      }
      b.belowSquared += (b.below - before) * (b.below - before);
    }
  }

  private static void add(SteinBlock b, MemorySegment values, float square, boolean keeps) {
    if (square <= b.from) {
      b.below++;
    } else if (square <= b.to) {
      b.inside++;
      if (keeps && b.kept < b.most) {
        values.setAtIndex(ValueLayout.JAVA_FLOAT, b.kept++, square);
      }
    } else {
      b.above = Math.min(b.above, square);
    }
  }

  @Override
  public void count(SteinBlock b, int first, int end) {
    MemorySegment values = b.values();
    for (int j = first * GROUP; j < Math.min(b.n, end * GROUP); j++) {
      boolean keeps = j / GROUP % b.thin == 0;
      for (int i = b.pairs ? j + 1 : 0; i < b.m; i++) {
        add(b, values, square(b, j, i), keeps);
      }
    }
  }

  /** By the bits, from the highest: those of squares are in the order of the numbers. */
  @Override
  public void select(SteinBlock b) {
    MemorySegment values = b.values();
    int low = 0;
    for (int bit = 30; bit >= 0; bit--) {
      int middle = low + (1 << bit);
      int below = 0;
      for (int i = 0; i < b.kept; i++) {
        below += values.getAtIndex(ValueLayout.JAVA_INT, i) < middle ? 1 : 0;
      }
      low = below <= b.rank ? middle : low;
    }
    int upTo = 0;
    int next = Integer.MAX_VALUE;
    for (int i = 0; i < b.kept; i++) {
      int bits = values.getAtIndex(ValueLayout.JAVA_INT, i);
      upTo += bits <= low ? 1 : 0;
      next = bits > low ? Math.min(next, bits) : next;
    }
    b.low = Float.intBitsToFloat(low);
    b.high = upTo > b.rank + 1 ? b.low : Float.intBitsToFloat(next);
  }

  @Override
  public int largest(MemorySegment values, long at, int count) {
    int most = 0;
    for (int i = 0; i < count; i++) {
      int bits = values.get(ValueLayout.JAVA_INT_UNALIGNED, at + i * 4L);
      most = Math.max(most, bits & Integer.MAX_VALUE);
    }
    return most;
  }
}
