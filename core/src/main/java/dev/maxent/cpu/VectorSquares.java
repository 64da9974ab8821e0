package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.STRIDE;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Square blocks of sixteen rows of sixteen lanes with rows and columns exchanged, as {@link
 * VectorTranspose} does it, but in 32 registers from the first load to the last store. Looking for
 * the largest bits on the way takes units that would otherwise wait.
 */
final class VectorSquares {
  /** Rows and columns. */
  static final int SIDE = 16;

  private VectorSquares() {}

  /** Blocks of sixteen whole rows, one after another; only whole ones. */
  static void blocks(Square square) {
    IntVector lane = IntVector.broadcast(INTS, 0).addIndex(1);
    IntVector low8 = VectorTranspose.low(lane, 8);
    IntVector high8 = low8.lanewise(VectorOperators.XOR, 8);
    IntVector low4 = VectorTranspose.low(lane, 4);
    IntVector high4 = low4.lanewise(VectorOperators.XOR, 4);
    IntVector low2 = VectorTranspose.low(lane, 2);
    IntVector high2 = low2.lanewise(VectorOperators.XOR, 2);
    IntVector low1 = VectorTranspose.low(lane, 1);
    IntVector high1 = low1.lanewise(VectorOperators.XOR, 1);
    long fromStep = square.fromStep & STRIDE;
    long fromStep3 = (3 * fromStep) & STRIDE;
    long fromStep4 = (4 * fromStep) & STRIDE;
    long toStep = square.toStep & STRIDE;
    long toStep3 = (3 * toStep) & STRIDE;
    long toStep4 = (4 * toStep) & STRIDE;
    IntVector most0 = IntVector.broadcast(INTS, square.most);
    IntVector most1 = most0;
    for (int k = 0; k < square.blocks; k++) {
      long from0 = (square.from + k * square.fromNext) & ADDRESS;
      long from4 = (from0 + fromStep4) & ADDRESS;
      long from8 = (from4 + fromStep4) & ADDRESS;
      long from12 = (from8 + fromStep4) & ADDRESS;
      IntVector a = IntVector.fromMemorySegment(INTS, MEMORY, from0, ORDER);
      IntVector b = IntVector.fromMemorySegment(INTS, MEMORY, from0 + fromStep, ORDER);
      IntVector c = IntVector.fromMemorySegment(INTS, MEMORY, from0 + 2 * fromStep, ORDER);
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, from0 + fromStep3, ORDER);
      IntVector e = IntVector.fromMemorySegment(INTS, MEMORY, from4, ORDER);
      IntVector f = IntVector.fromMemorySegment(INTS, MEMORY, from4 + fromStep, ORDER);
      IntVector g = IntVector.fromMemorySegment(INTS, MEMORY, from4 + 2 * fromStep, ORDER);
      IntVector h = IntVector.fromMemorySegment(INTS, MEMORY, from4 + fromStep3, ORDER);
      IntVector i = IntVector.fromMemorySegment(INTS, MEMORY, from8, ORDER);
      IntVector j = IntVector.fromMemorySegment(INTS, MEMORY, from8 + fromStep, ORDER);
      IntVector m = IntVector.fromMemorySegment(INTS, MEMORY, from8 + 2 * fromStep, ORDER);
      IntVector n = IntVector.fromMemorySegment(INTS, MEMORY, from8 + fromStep3, ORDER);
      IntVector p = IntVector.fromMemorySegment(INTS, MEMORY, from12, ORDER);
      IntVector q = IntVector.fromMemorySegment(INTS, MEMORY, from12 + fromStep, ORDER);
      IntVector r = IntVector.fromMemorySegment(INTS, MEMORY, from12 + 2 * fromStep, ORDER);
      IntVector s = IntVector.fromMemorySegment(INTS, MEMORY, from12 + fromStep3, ORDER);
      IntVector t = low8.selectFrom(a, i);
      i = high8.selectFrom(a, i);
      a = t;
      t = low8.selectFrom(b, j);
      j = high8.selectFrom(b, j);
      b = t;
      t = low8.selectFrom(c, m);
      m = high8.selectFrom(c, m);
      c = t;
      t = low8.selectFrom(d, n);
      n = high8.selectFrom(d, n);
      d = t;
      t = low8.selectFrom(e, p);
      p = high8.selectFrom(e, p);
      e = t;
      t = low8.selectFrom(f, q);
      q = high8.selectFrom(f, q);
      f = t;
      t = low8.selectFrom(g, r);
      r = high8.selectFrom(g, r);
      g = t;
      t = low8.selectFrom(h, s);
      s = high8.selectFrom(h, s);
      h = t;
      t = low4.selectFrom(a, e);
      e = high4.selectFrom(a, e);
      a = t;
      t = low4.selectFrom(b, f);
      f = high4.selectFrom(b, f);
      b = t;
      t = low4.selectFrom(c, g);
      g = high4.selectFrom(c, g);
      c = t;
      t = low4.selectFrom(d, h);
      h = high4.selectFrom(d, h);
      d = t;
      t = low4.selectFrom(i, p);
      p = high4.selectFrom(i, p);
      i = t;
      t = low4.selectFrom(j, q);
      q = high4.selectFrom(j, q);
      j = t;
      t = low4.selectFrom(m, r);
      r = high4.selectFrom(m, r);
      m = t;
      t = low4.selectFrom(n, s);
      s = high4.selectFrom(n, s);
      n = t;
      t = low2.selectFrom(a, c);
      c = high2.selectFrom(a, c);
      a = t;
      t = low2.selectFrom(b, d);
      d = high2.selectFrom(b, d);
      b = t;
      t = low2.selectFrom(e, g);
      g = high2.selectFrom(e, g);
      e = t;
      t = low2.selectFrom(f, h);
      h = high2.selectFrom(f, h);
      f = t;
      t = low2.selectFrom(i, m);
      m = high2.selectFrom(i, m);
      i = t;
      t = low2.selectFrom(j, n);
      n = high2.selectFrom(j, n);
      j = t;
      t = low2.selectFrom(p, r);
      r = high2.selectFrom(p, r);
      p = t;
      t = low2.selectFrom(q, s);
      s = high2.selectFrom(q, s);
      q = t;
      t = low1.selectFrom(a, b);
      b = high1.selectFrom(a, b);
      a = t;
      t = low1.selectFrom(c, d);
      d = high1.selectFrom(c, d);
      c = t;
      t = low1.selectFrom(e, f);
      f = high1.selectFrom(e, f);
      e = t;
      t = low1.selectFrom(g, h);
      h = high1.selectFrom(g, h);
      g = t;
      t = low1.selectFrom(i, j);
      j = high1.selectFrom(i, j);
      i = t;
      t = low1.selectFrom(m, n);
      n = high1.selectFrom(m, n);
      m = t;
      t = low1.selectFrom(p, q);
      q = high1.selectFrom(p, q);
      p = t;
      t = low1.selectFrom(r, s);
      s = high1.selectFrom(r, s);
      r = t;
      most0 = most0.max(a.and(Integer.MAX_VALUE));
      most1 = most1.max(b.and(Integer.MAX_VALUE));
      most0 = most0.max(c.and(Integer.MAX_VALUE));
      most1 = most1.max(d.and(Integer.MAX_VALUE));
      most0 = most0.max(e.and(Integer.MAX_VALUE));
      most1 = most1.max(f.and(Integer.MAX_VALUE));
      most0 = most0.max(g.and(Integer.MAX_VALUE));
      most1 = most1.max(h.and(Integer.MAX_VALUE));
      most0 = most0.max(i.and(Integer.MAX_VALUE));
      most1 = most1.max(j.and(Integer.MAX_VALUE));
      most0 = most0.max(m.and(Integer.MAX_VALUE));
      most1 = most1.max(n.and(Integer.MAX_VALUE));
      most0 = most0.max(p.and(Integer.MAX_VALUE));
      most1 = most1.max(q.and(Integer.MAX_VALUE));
      most0 = most0.max(r.and(Integer.MAX_VALUE));
      most1 = most1.max(s.and(Integer.MAX_VALUE));
      long to0 = (square.to + k * square.toNext) & ADDRESS;
      long to4 = (to0 + toStep4) & ADDRESS;
      long to8 = (to4 + toStep4) & ADDRESS;
      long to12 = (to8 + toStep4) & ADDRESS;
      a.intoMemorySegment(MEMORY, to0, ORDER);
      b.intoMemorySegment(MEMORY, to0 + toStep, ORDER);
      c.intoMemorySegment(MEMORY, to0 + 2 * toStep, ORDER);
      d.intoMemorySegment(MEMORY, to0 + toStep3, ORDER);
      e.intoMemorySegment(MEMORY, to4, ORDER);
      f.intoMemorySegment(MEMORY, to4 + toStep, ORDER);
      g.intoMemorySegment(MEMORY, to4 + 2 * toStep, ORDER);
      h.intoMemorySegment(MEMORY, to4 + toStep3, ORDER);
      i.intoMemorySegment(MEMORY, to8, ORDER);
      j.intoMemorySegment(MEMORY, to8 + toStep, ORDER);
      m.intoMemorySegment(MEMORY, to8 + 2 * toStep, ORDER);
      n.intoMemorySegment(MEMORY, to8 + toStep3, ORDER);
      p.intoMemorySegment(MEMORY, to12, ORDER);
      q.intoMemorySegment(MEMORY, to12 + toStep, ORDER);
      r.intoMemorySegment(MEMORY, to12 + 2 * toStep, ORDER);
      s.intoMemorySegment(MEMORY, to12 + toStep3, ORDER);
    }
    square.most = most0.max(most1).reduceLanes(VectorOperators.MAX);
  }
}
