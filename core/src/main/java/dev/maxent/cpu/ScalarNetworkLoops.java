package dev.maxent.cpu;

import dev.maxent.kernel.Activation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The loops of networks in plain Java. HotSpot vectorises a loop over arrays at the bare index, not
 * at an offset (6 times slower), so rows are copied to arrays of their own.
 */
final class ScalarNetworkLoops implements NetworkLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Between arrays, see {@link ScalarScratch}. */
  private static final int GAP = 208;

  /** Rows of B at a time. */
  private static final int TERMS = 4;

  /** Elements at a time. */
  private static final int PIECE = ScalarScratch.PIECE;

  /** A thread's arrays; apart by more than a page, see {@link ScalarScratch}. */
  private static final class Rows {
    private float[] sum = new float[0];
    private float[][] sums = new float[0][];
    private float[][] terms = new float[0][];
    private float[] row = new float[0];
    private float[] other = new float[0];
    private float[] result = new float[0];
    private final ScalarActivations activations = new ScalarActivations();

    private Rows fit(int columns) {
      if (sum.length < columns) {
        sum = new float[columns + GAP];
        sums = new float[Product.GROUP][columns + GAP];
        terms = new float[TERMS][columns + GAP];
        row = new float[columns + GAP];
        other = new float[columns + GAP];
        result = new float[columns + GAP];
      }
      return this;
    }
  }

  private final ThreadLocal<Rows> rows = ThreadLocal.withInitial(Rows::new);

  @Override
  public boolean onHeap() {
    return true;
  }

  /** Four rows of B at a time, copied to arrays of their own, are added to eight rows of sums. */
  @Override
  public void product(Product p) {
    int n = p.columns;
    Rows t = rows.get().fit(n);
    float[][] sums = t.sums;
    float[][] terms = t.terms;
    float[] a = p.aIn.array;
    int step = (int) (p.bStep == 0 ? n : p.bStep);
    int aStep = (int) p.aStep;
    for (int first = 0; first < p.rows; first += Product.GROUP) {
      int count = Math.min(Product.GROUP, p.rows - first);
      for (int r = 0; r < count; r++) {
        int from = (int) (p.init + (first + r) * p.initRow);
        System.arraycopy(p.initIn.array, from, sums[r], 0, n);
      }
      for (int k = 0; k < p.depth; k += TERMS) {
        int several = Math.min(TERMS, p.depth - k);
        for (int i = 0; i < several; i++) {
          System.arraycopy(p.bIn.array, (int) p.b + (k + i) * step, terms[i], 0, n);
        }
        for (int r = 0; r < count; r++) {
          int at = (int) (p.a + (first + r) * p.aRow) + k * aStep;
          if (several == TERMS) {
            float a0 = a[at];
            float a1 = a[at + aStep];
            float a2 = a[at + 2 * aStep];
            float a3 = a[at + 3 * aStep];
            addFour(a0, a1, a2, a3, terms[0], terms[1], terms[2], terms[3], sums[r], n);
          } else {
            for (int i = 0; i < several; i++) {
              addOne(a[at + i * aStep], terms[i], sums[r], n);
            }
          }
        }
      }
      for (int r = 0; r < count; r++) {
        if (p.floor > Float.NEGATIVE_INFINITY) {
          raise(sums[r], p.floor, n);
        }
        System.arraycopy(sums[r], 0, p.cIn.array, (int) (p.c + (first + r) * p.cRow), n);
      }
    }
  }

  private static void addFour(
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] sum,
      int n) {
    for (int i = 0; i < n; i++) {
      float s = Math.fma(a0, b0[i], sum[i]);
      s = Math.fma(a1, b1[i], s);
      s = Math.fma(a2, b2[i], s);
      sum[i] = Math.fma(a3, b3[i], s);
    }
  }

  private static void addOne(float a, float[] b, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] = Math.fma(a, b[i], sum[i]);
    }
  }

  private static void add(float[] b, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += b[i];
    }
  }

  private static void raise(float[] sum, float floor, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] = Math.max(sum[i], floor);
    }
  }

  @Override
  public void packTransposed(
      MemorySegment from,
      long at,
      int rowCount,
      int columns,
      int first,
      int end,
      Floats to,
      long offset) {
    float[] row = rows.get().fit(columns).row;
    int padded = Product.padded(rowCount);
    for (int r = first; r < end; r++) {
      MemorySegment.copy(from, REAL, at + (long) r * columns * 4, row, 0, columns);
      for (int k = 0; k < columns; k++) {
        to.array[(int) offset + k * padded + r] = row[k];
      }
    }
  }

  @Override
  public void pack(
      MemorySegment from,
      long at,
      int rowCount,
      int columns,
      int first,
      int end,
      Floats to,
      long offset) {
    int padded = Product.padded(columns);
    for (int r = first; r < end; r++) {
      to.load(from, at + (long) r * columns * 4, offset + (long) r * padded, columns);
    }
  }

  @Override
  public void load(MemorySegment from, long at, int rowCount, int columns, Floats to, long offset) {
    for (int r = 0; r < rowCount; r++) {
      long target = offset + (long) r * Product.stride(columns);
      to.load(from, at + (long) r * columns * 4, target, columns);
    }
  }

  @Override
  public void dot(UnitRows u) {
    float[] h = u.in.array;
    float[] v = u.given.array;
    for (int r = 0; r < u.rows; r++) {
      int at = (int) u.h + r * u.stride;
      int vector = (int) u.vector;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      int k = 0;
      for (; k + 4 <= u.width; k += 4) {
        s0 = Math.fma(h[at + k], v[vector + k], s0);
        s1 = Math.fma(h[at + k + 1], v[vector + k + 1], s1);
        s2 = Math.fma(h[at + k + 2], v[vector + k + 2], s2);
        s3 = Math.fma(h[at + k + 3], v[vector + k + 3], s3);
      }
      for (; k < u.width; k++) {
        s0 = Math.fma(h[at + k], v[vector + k], s0);
      }
      u.block.sum[r] = (s0 + s1) + (s2 + s3);
    }
  }

  /** The sums so far, or zeros. */
  private static float[] before(UnitRows u, Rows t) {
    float[] sum = t.fit(u.width).sum;
    if (u.add) {
      System.arraycopy(u.sumsIn.array, (int) u.sums, sum, 0, u.width);
    } else {
      Arrays.fill(sum, 0, u.width, 0);
    }
    return sum;
  }

  private static void after(UnitRows u, float[] sum) {
    System.arraycopy(sum, 0, u.sumsIn.array, (int) u.sums, u.width);
  }

  @Override
  public void sumWeighted(UnitRows u) {
    Rows t = rows.get();
    float[] sum = before(u, t);
    float[] all = u.in.array;
    for (int r = 0; r < u.rows; r++) {
      float weight = all[(int) u.delta + r * u.deltaStride + u.column];
      System.arraycopy(all, (int) u.h + r * u.stride, t.row, 0, u.width);
      addOne(weight, t.row, sum, u.width);
    }
    after(u, sum);
  }

  @Override
  public void activate(Activation activation, UnitRows u) {
    ScalarActivations s = rows.get().activations;
    float[] all = u.in.array;
    int end = u.rows * u.stride;
    for (int i = 0; i < end; i += PIECE) {
      int count = Math.min(PIECE, end - i);
      System.arraycopy(all, (int) u.z + i, s.z, 0, count);
      switch (activation) {
        case IDENTITY -> throw new IllegalArgumentException("nothing to activate");
        case RELU -> {
          raise(s.z, 0, count);
          System.arraycopy(s.z, 0, s.h, 0, count);
        }
        case TANH -> s.tanh(count);
        case SILU -> s.silu(count);
        case GELU -> s.gelu(count);
      }
      System.arraycopy(s.h, 0, all, (int) u.h + i, count);
      if (activation != Activation.RELU) {
        System.arraycopy(s.slopes, 0, all, (int) u.slopes + i, count);
      }
    }
  }

  @Override
  public void multiplySlopes(Activation activation, UnitRows u) {
    Rows t = rows.get();
    float[] sum = before(u, t);
    float[] all = u.in.array;
    for (int r = 0; r < u.rows; r++) {
      int at = (int) u.delta + r * u.stride;
      System.arraycopy(all, at, t.row, 0, u.width);
      if (activation == Activation.IDENTITY) {
        add(t.row, sum, u.width);
        continue;
      }
      boolean relu = activation == Activation.RELU;
      System.arraycopy(all, (int) (relu ? u.h : u.slopes) + r * u.stride, t.other, 0, u.width);
      if (relu) {
        step(t.other, u.width);
      }
      multiply(t.row, t.other, t.result, u.width);
      add(t.result, sum, u.width);
      System.arraycopy(t.result, 0, all, at, u.width);
    }
    after(u, sum);
  }

  /** 1 where h is positive, 0 where it is 0: products that HotSpot vectorises, as no ?: is. */
  private static void step(float[] h, int n) {
    for (int i = 0; i < n; i++) {
      h[i] = Math.min(h[i] * Float.MAX_VALUE * Float.MAX_VALUE, 1);
    }
  }

  private static void multiply(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] * b[i];
    }
  }

  @Override
  public void normalise(UnitRows u) {
    ScalarNorm.normalise(u);
  }

  @Override
  public void unnormalise(UnitRows u) {
    float[] gainSums = before(u, rows.get());
    ScalarNorm.unnormalise(u, gainSums);
    after(u, gainSums);
  }

  @Override
  public void sumParts(
      Floats from,
      long offset,
      int parts,
      long partStep,
      int rowCount,
      int columns,
      int rowStep,
      MemorySegment to,
      long at) {
    Rows t = rows.get().fit(columns);
    float[] sum = t.sum;
    for (int r = 0; r < rowCount; r++) {
      int row = (int) offset + r * rowStep;
      System.arraycopy(from.array, row, sum, 0, columns);
      for (int part = 1; part < parts; part++) {
        System.arraycopy(from.array, (int) (row + part * partStep), t.row, 0, columns);
        add(t.row, sum, columns);
      }
      MemorySegment.copy(sum, 0, to, REAL, at + (long) r * columns * 4, columns);
    }
  }

  @Override
  public double sumOfSquares(MemorySegment x, long at, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      double x0 = x.get(REAL, at + i * 4L);
      double x1 = x.get(REAL, at + i * 4L + 4);
      double x2 = x.get(REAL, at + i * 4L + 8);
      double x3 = x.get(REAL, at + i * 4L + 12);
      s0 = Math.fma(x0, x0, s0);
      s1 = Math.fma(x1, x1, s1);
      s2 = Math.fma(x2, x2, s2);
      s3 = Math.fma(x3, x3, s3);
    }
    for (; i < count; i++) {
      double value = x.get(REAL, at + i * 4L);
      s0 = Math.fma(value, value, s0);
    }
    return (s0 + s1) + (s2 + s3);
  }
}
