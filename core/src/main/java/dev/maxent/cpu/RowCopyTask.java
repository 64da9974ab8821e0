package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Gather and scatter of rows, in pieces of {@value #PIECE} rows. */
final class RowCopyTask implements Workers.Task {
  private static final int PIECE = 256;
  private static final double NANOS_PER_ROW = 20;
  private static final double NANOS_PER_BYTE = 0.05;

  /** The bytes of an element that is not there. */
  private static final byte[] NAN = bytes(Float.floatToRawIntBits(Float.NaN));

  private static final byte[] MINUS_ONE = bytes(-1);
  private static final byte[] ZERO = {0};

  /** Of a row for the fast loop; longer ones are copied well enough one by one. */
  private static final int MOST_BYTES = 4096;

  private final Loops loops;
  private final Workers workers;
  private MemorySegment source;
  private MemorySegment target;
  private MemorySegment indices;
  private long rows;
  private long tableRows;
  private long rowBytes;
  private byte[] missing;
  private boolean gather;

  RowCopyTask(CpuEngine engine) {
    loops = engine.loops();
    workers = engine.workers();
  }

  void gather(DeviceArray table, int width, DeviceArray newIndices, DeviceArray out) {
    source = SoftTask.segment(table);
    target = SoftTask.segment(out);
    gather = true;
    run(table, width, newIndices);
  }

  void scatter(DeviceArray in, int width, DeviceArray newIndices, DeviceArray table) {
    source = SoftTask.segment(in);
    target = SoftTask.segment(table);
    gather = false;
    run(table, width, newIndices);
  }

  private void run(DeviceArray table, int width, DeviceArray newIndices) {
    indices = SoftTask.segment(newIndices);
    rows = newIndices.length();
    tableRows = table.length() / width;
    rowBytes = (long) width * table.type().bytes();
    missing =
        switch (table.type()) {
          case REAL -> NAN;
          case INT32 -> MINUS_ONE;
          case BYTE -> ZERO;
        };
    double nanos = NANOS_PER_ROW + NANOS_PER_BYTE * rowBytes;
    workers.run((rows + PIECE - 1) / PIECE, nanos * PIECE, this);
    source = null;
    target = null;
    indices = null;
  }

  private static byte[] bytes(int value) {
    byte[] bytes = new byte[4];
    MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, 0, value);
    return bytes;
  }

  @Override
  public void run(long from, long to, int worker) {
    long end = Math.min(rows, to * PIECE);
    for (long i = from * PIECE; i < end; i++) {
      i += copyRows(i, (int) (end - i));
      if (i == end) {
        break;
      }
      int index = indices.getAtIndex(ValueLayout.JAVA_INT, i);
      boolean inside = index >= 0 && index < tableRows;
      if (inside) {
        long there = index * rowBytes;
        long here = i * rowBytes;
        MemorySegment.copy(source, gather ? there : here, target, gather ? here : there, rowBytes);
      } else if (gather) {
        for (long b = 0; b < rowBytes; b++) {
          byte value = missing[(int) (b % missing.length)];
          target.set(ValueLayout.JAVA_BYTE, i * rowBytes + b, value);
        }
      }
    }
  }

  /** Copies rows from row i on by the fast loop; returns how many, the next is not there. */
  private int copyRows(long i, int count) {
    return rowBytes <= MOST_BYTES
        ? loops.copyRows(source, target, indices, i, (int) rowBytes, tableRows, count, gather)
        : 0;
  }
}
