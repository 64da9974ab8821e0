package dev.maxent.cpu;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The loops of networks in plain Java. HotSpot vectorises a loop that stores to one array at a bare
 * index and reads others, so each row is worked on in arrays of its own.
 */
final class ScalarNetworkLoops implements NetworkLoops {
  private static final ValueLayout.OfFloat REAL = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private static final int NORM = UnitRows.NORM;

  /** Elements at a time. */
  private static final int PIECE = ScalarScratch.PIECE;

  /** A thread's arrays; apart by more than a page, see {@link ScalarScratch}. */
  private static final class Rows {
    private float[] sum = new float[0];
    private float[] row = new float[0];
    private float[] other = new float[0];
    private float[] result = new float[0];
    private final ScalarActivations activations = new ScalarActivations();
    private final float[][] adam = new float[5][PIECE + 208];

    private Rows fit(int columns) {
      if (sum.length < columns) {
        sum = new float[columns + 208];
        row = new float[columns + 208];
        other = new float[columns + 208];
        result = new float[columns + 208];
      }
      return this;
    }
  }

  private final ThreadLocal<Rows> rows = ThreadLocal.withInitial(Rows::new);

  @Override
  public boolean onHeap() {
    return true;
  }

  @Override
  public void product(Product p) {
    int n = p.columns;
    float[] sum = rows.get().fit(n).sum;
    float[] a = p.aIn.array;
    float[] b = p.bIn.array;
    int step = (int) (p.bStep == 0 ? n : p.bStep);
    int aStep = (int) p.aStep;
    for (int r = 0; r < p.rows; r++) {
      System.arraycopy(p.initIn.array, (int) (p.init + r * p.initRow), sum, 0, n);
      int from = (int) (p.a + r * p.aRow);
      int at = (int) p.b;
      int k = 0;
      for (; k + 4 <= p.depth; k += 4) {
        float a0 = a[from];
        float a1 = a[from + aStep];
        float a2 = a[from + 2 * aStep];
        float a3 = a[from + 3 * aStep];
        addFour(a0, a1, a2, a3, b, at, at + step, at + 2 * step, at + 3 * step, sum, n);
        from += 4 * aStep;
        at += 4 * step;
      }
      for (; k < p.depth; k++) {
        addOne(a[from], b, at, sum, n);
        from += aStep;
        at += step;
      }
      if (p.floor > Float.NEGATIVE_INFINITY) {
        raise(sum, p.floor, n);
      }
      System.arraycopy(sum, 0, p.cIn.array, (int) (p.c + r * p.cRow), n);
    }
  }

  private static void addFour(
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      float[] sum,
      int n) {
    for (int i = 0; i < n; i++) {
      float s = Math.fma(a0, b[b0 + i], sum[i]);
      s = Math.fma(a1, b[b1 + i], s);
      s = Math.fma(a2, b[b2 + i], s);
      sum[i] = Math.fma(a3, b[b3 + i], s);
    }
  }

  private static void addOne(float a, float[] b, int at, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] = Math.fma(a, b[at + i], sum[i]);
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
    float[] sum = before(u, rows.get());
    float[] all = u.in.array;
    for (int r = 0; r < u.rows; r++) {
      float weight = all[(int) u.delta + r * u.deltaStride + u.column];
      addOne(weight, all, (int) u.h + r * u.stride, sum, u.width);
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
      if (activation == Activation.IDENTITY) {
        addOne(1, all, at, sum, u.width);
        continue;
      }
      boolean relu = activation == Activation.RELU;
      System.arraycopy(all, at, t.row, 0, u.width);
      System.arraycopy(all, (int) (relu ? u.h : u.slopes) + r * u.stride, t.other, 0, u.width);
      if (relu) {
        step(t.other, u.width);
      }
      multiply(t.row, t.other, t.result, u.width);
      addOne(1, t.result, 0, sum, u.width);
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
    float[] all = u.in.array;
    float[] given = u.given.array;
    for (int r = 0; r < u.rows; r++) {
      int z = (int) u.z + r * u.stride;
      double sum = 0;
      for (int i = 0; i < u.width; i++) {
        sum += all[z + i];
      }
      float mean = (float) (sum / u.width);
      double squares = 0;
      for (int i = 0; i < u.width; i++) {
        float d = all[z + i] - mean;
        squares += (double) d * d;
      }
      double variance = squares / u.width;
      float scale = (float) (1 / Math.sqrt(variance + NetworkShape.LAYER_NORM_EPSILON));
      all[(int) u.scale + NORM * r] = scale;
      for (int i = 0; i < u.width; i++) {
        float normal = (all[z + i] - mean) * scale;
        all[(int) u.normal + r * u.stride + i] = normal;
        all[z + i] = Math.fma(normal, given[(int) u.gain + i], given[(int) u.shift + i]);
      }
    }
  }

  @Override
  public void unnormalise(UnitRows u) {
    float[] gainSums = before(u, rows.get());
    float[] all = u.in.array;
    float[] given = u.given.array;
    for (int r = 0; r < u.rows; r++) {
      int delta = (int) u.delta + r * u.stride;
      int normal = (int) u.normal + r * u.stride;
      double sum = 0;
      double product = 0;
      for (int i = 0; i < u.width; i++) {
        gainSums[i] = Math.fma(all[delta + i], all[normal + i], gainSums[i]);
        float g = all[delta + i] * given[(int) u.gain + i];
        sum += g;
        product += (double) g * all[normal + i];
      }
      float mean = (float) (sum / u.width);
      float slope = (float) (product / -u.width);
      float scale = all[(int) u.scale + NORM * r];
      for (int i = 0; i < u.width; i++) {
        float g = all[delta + i] * given[(int) u.gain + i] - mean;
        all[delta + i] = Math.fma(all[normal + i], slope, g) * scale;
      }
    }
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
    float[] sum = rows.get().fit(columns).sum;
    for (int r = 0; r < rowCount; r++) {
      int row = (int) offset + r * rowStep;
      System.arraycopy(from.array, row, sum, 0, columns);
      for (int part = 1; part < parts; part++) {
        addOne(1, from.array, (int) (row + part * partStep), sum, columns);
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

  @Override
  public void adam(AdamStep s) {
    float[][] t = rows.get().adam;
    for (int i = 0; i < s.count; i += PIECE) {
      int count = Math.min(PIECE, s.count - i);
      long at = s.at + i * 4L;
      MemorySegment.copy(s.gradient, REAL, at, t[0], 0, count);
      MemorySegment.copy(s.first, REAL, at, t[1], 0, count);
      MemorySegment.copy(s.second, REAL, at, t[2], 0, count);
      MemorySegment.copy(s.parameters, REAL, at, t[3], 0, count);
      ScalarAdam.moments(s, t[0], t[1], t[2], count);
      ScalarAdam.move(s, t[1], t[2], t[3], count);
      MemorySegment.copy(t[1], 0, s.first, REAL, at, count);
      MemorySegment.copy(t[2], 0, s.second, REAL, at, count);
      MemorySegment.copy(t[3], 0, s.parameters, REAL, at, count);
      if (s.targetRule == AdamStep.FOLLOW) {
        MemorySegment.copy(s.target, REAL, at, t[4], 0, count);
        ScalarAdam.follow(s, t[3], t[4], count);
        MemorySegment.copy(t[4], 0, s.target, REAL, at, count);
      } else if (s.targetRule == AdamStep.COPY) {
        MemorySegment.copy(t[3], 0, s.target, REAL, at, count);
      }
    }
  }
}
