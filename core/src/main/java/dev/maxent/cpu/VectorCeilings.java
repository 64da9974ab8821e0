package dev.maxent.cpu;

import static dev.maxent.cpu.VectorFunctions.E1;
import static dev.maxent.cpu.VectorFunctions.E2;
import static dev.maxent.cpu.VectorFunctions.E3;
import static dev.maxent.cpu.VectorFunctions.E4;
import static dev.maxent.cpu.VectorFunctions.LOWEST;
import static dev.maxent.cpu.VectorFunctions.POWERS;
import static dev.maxent.cpu.VectorFunctions.ROUND;
import static dev.maxent.cpu.VectorFunctions.SHIFT;
import static dev.maxent.cpu.VectorFunctions.SHORT;
import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Loops that do nothing but reach a limit of the machine. Their results only keep them alive. */
final class VectorCeilings {
  /** Twelve independent chains of multiply-adds, two operations per lane each. */
  static final int FLOPS_PER_REPEAT = 12 * 2 * LANES;

  @SuppressWarnings("UnusedVariable") // written so that the loops are not dropped
  private static volatile float kept;

  private VectorCeilings() {}

  static void readBytes(long from, long to) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long whole = from + (to - from) / (4 * BYTES) * (4 * BYTES);
    for (long at = from; at < whole; at += 4 * BYTES) {
      a = a.add(load(at));
      b = b.add(load(at + BYTES));
      c = c.add(load(at + 2 * BYTES));
      d = d.add(load(at + 3 * BYTES));
    }
    kept = a.add(b).add(c).add(d).lane(0);
  }

  /** Twelve chains: eight, just enough for two units of four cycles, left them waiting. */
  static void multiplyAdd(long repeats) {
    FloatVector x = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector y = FloatVector.broadcast(FLOATS, 0.001f);
    FloatVector a = y;
    FloatVector b = x;
    FloatVector c = a.add(b);
    FloatVector d = c.add(b);
    FloatVector e = d.add(b);
    FloatVector f = e.add(b);
    FloatVector g = f.add(b);
    FloatVector h = g.add(b);
    FloatVector i = h.add(b);
    FloatVector j = i.add(b);
    FloatVector k = j.add(b);
    FloatVector l = k.add(b);
    for (long r = 0; r < repeats; r++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      k = x.fma(y, k);
      l = x.fma(y, l);
    }
    FloatVector first = a.add(b).add(c.add(d)).add(e.add(f));
    kept = first.add(g.add(h).add(i.add(j)).add(k.add(l))).lane(0);
  }

  /** Exponentials as {@link VectorAhead} sums them, of a block that is cached. */
  static void exponentials(long q, long stride, Block b, long lanes, long bytes) {
    int rows = b.rows;
    float[] max = b.max;
    float[] scale = b.scale;
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    FloatVector c4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector c1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    int twice = (int) (2 * bytes / BYTES);
    for (int r = 0; r < rows; r++) {
      FloatVector octaves = FloatVector.broadcast(FLOATS, scale[r]);
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector sum = FloatVector.zero(FLOATS);
      long from = q + r * stride;
      int left = twice;
      do {
        FloatVector d =
            FloatVector.fromMemorySegment(FLOATS, MEMORY, from & ADDRESS, ORDER).sub(shift);
        IntVector i = d.fma(octaves, round).reinterpretAsInts().max(lowest);
        FloatVector f = d.fma(octaves, round.sub(i.reinterpretAsFloats()));
        FloatVector p = (SHORT ? c3 : c4.fma(f, c3)).fma(f, c2).fma(f, c1).fma(f, one);
        i = i.selectFrom(POWERS).add(i.lanewise(VectorOperators.LSHL, SHIFT));
        sum = p.fma(i.reinterpretAsFloats(), sum);
        from += BYTES;
        left -= 2;
      } while (left != 0);
      sum.intoMemorySegment(MEMORY, (lanes + r * BYTES) & ADDRESS, ORDER);
    }
  }
}
