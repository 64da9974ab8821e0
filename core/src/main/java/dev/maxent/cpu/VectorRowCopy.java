package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.loadInts;
import static dev.maxent.cpu.VectorMath.store;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;

/**
 * Rows to and from a table, up to an index that is not there. Rows of a table that is in no cache
 * come the faster, the more of them a core asks for at once; it looks some 250 instructions ahead,
 * so a row must take few: no loop within rows of up to four vectors, of which the last may overlap
 * those before.
 */
final class VectorRowCopy {
  private static final ValueLayout.OfInt INDEX = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int V = (int) BYTES;

  private VectorRowCopy() {}

  /** The loop for rows of so many bytes, at least one vector: 0, 1 or 2. */
  static int size(int bytes) {
    return bytes <= 2 * V ? 0 : bytes <= 4 * V ? 1 : 2;
  }

  /** Rows of one or two vectors. */
  static int few(
      long table, long rows, long indices, int bytes, long tableRows, int count, boolean gather) {
    int last = bytes - V;
    for (int i = 0; i < count; i++) {
      int index = MEMORY.get(INDEX, indices + 4L * i);
      if (index < 0 || index >= tableRows) {
        return i;
      }
      long there = table + (long) index * bytes;
      long here = rows + (long) i * bytes;
      long from = gather ? there : here;
      long to = gather ? here : there;
      IntVector a = loadInts(from);
      IntVector b = loadInts(from + last);
      store(a, to);
      store(b, to + last);
    }
    return count;
  }

  /** Rows of two to four vectors. */
  static int some(
      long table, long rows, long indices, int bytes, long tableRows, int count, boolean gather) {
    int last = bytes - V;
    for (int i = 0; i < count; i++) {
      int index = MEMORY.get(INDEX, indices + 4L * i);
      if (index < 0 || index >= tableRows) {
        return i;
      }
      long there = table + (long) index * bytes;
      long here = rows + (long) i * bytes;
      four(gather ? there : here, gather ? here : there, last);
    }
    return count;
  }

  /** Rows of four vectors and more. */
  static int many(
      long table, long rows, long indices, int bytes, long tableRows, int count, boolean gather) {
    int last = bytes - 4 * V;
    for (int i = 0; i < count; i++) {
      int index = MEMORY.get(INDEX, indices + 4L * i);
      if (index < 0 || index >= tableRows) {
        return i;
      }
      long there = table + (long) index * bytes;
      long here = rows + (long) i * bytes;
      long from = gather ? there : here;
      long to = gather ? here : there;
      for (int k = 0; k < last; k += 4 * V) {
        four(from + k, to + k, 3 * V);
      }
      four(from + last, to + last, 3 * V);
    }
    return count;
  }

  /** Two vectors from the first byte on, two to the end of the one at last. */
  private static void four(long from, long to, int last) {
    IntVector a = loadInts(from);
    IntVector b = loadInts(from + V);
    IntVector c = loadInts(from + last - V);
    IntVector d = loadInts(from + last);
    store(a, to);
    store(b, to + V);
    store(c, to + last - V);
    store(d, to + last);
  }
}
