package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.SoftRow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One number per row: the soft value, the mellowmax, or the soft Bellman target. */
final class ValueTask extends SoftTask {
  /** Above this mean of e, log (Σe / n) loses digits and expm1 is needed. */
  private static final float NEAR_ONE = 0.5f;

  private HostArray output;
  private HostArray reward;
  private MemorySegment terminated;
  private double discount;
  private boolean mean;

  ValueTask(CpuEngine engine) {
    super(engine);
  }

  void logSumExp(ActionValues q, Temperature temperature, DeviceArray value) {
    output = (HostArray) value;
    run(q, temperature);
  }

  void mellowmax(ActionValues q, Temperature temperature, DeviceArray value) {
    output = (HostArray) value;
    mean = true;
    run(q, temperature);
  }

  void target(
      ActionValues next,
      Temperature temperature,
      DeviceArray newReward,
      DeviceArray newTerminated,
      double newDiscount,
      DeviceArray target) {
    output = (HostArray) target;
    reward = (HostArray) newReward;
    terminated = segment(newTerminated);
    discount = newDiscount;
    run(next, temperature);
  }

  private void run(ActionValues newQ, Temperature temperature) {
    try {
      launch(newQ, temperature);
    } finally {
      output = null;
      reward = null;
      terminated = null;
      mean = false;
    }
  }

  @Override
  boolean readsOnce() {
    return !mean;
  }

  @Override
  void process(Block b, MemorySegment rows, long at, long first, int worker) {
    if (b.isGreedy()) {
      greedy(b, rows, at, first, worker);
      return;
    }
    b.needsMaximum = mean;
    maximumAndSum(b, rows, at, worker);
    boolean near = mean && average(b, first);
    loops.logarithm(b);
    values(b);
    if (near) {
      nearOne(b, rows, at, first);
    }
    if (reward != null) {
      targets(b, first);
    }
    MemorySegment.copy(
        b.value, 0, output.segment(), ValueLayout.JAVA_FLOAT, first * Float.BYTES, b.rows);
    specials(b, first, worker);
  }

  /** Results of a block at once, in the same arithmetic as {@link #store}. */
  private void targets(Block b, long first) {
    float[] r = b.reward;
    float[] value = b.value;
    int rows = b.rows;
    long at = first * Float.BYTES;
    MemorySegment.copy(reward.segment(), ValueLayout.JAVA_FLOAT, at, r, 0, rows);
    if (discount == 0) {
      System.arraycopy(r, 0, value, 0, rows);
      return;
    }
    MemorySegment.copy(terminated, ValueLayout.JAVA_BYTE, first, b.flag, 0, rows);
    for (int i = 0; i < rows; i++) {
      // V may be beyond float32 where γ V is not; of a row without columns it is −∞.
      if (Math.abs(value[i]) == Float.POSITIVE_INFINITY && b.max[i] != Float.NEGATIVE_INFINITY) {
        b.special[i] = true;
        b.ordinary = false;
      }
    }
    loops.targets(b, discount);
  }

  /** V = max Q; rows without a finite maximum are special. */
  private void greedy(Block b, MemorySegment rows, long at, long first, int worker) {
    for (int r = 0; r < b.rows; r++) {
      long row = at + (long) r * q.columns() * Float.BYTES;
      int action = loops.argMax(rows, row, q.columns());
      if (action < 0) {
        special(reader(worker, first + r), first + r);
      } else {
        store(first + r, rows.get(ValueLayout.JAVA_FLOAT, row + action * 4L));
      }
    }
  }

  /**
   * Σe becomes the mean over the allowed columns; whether any is so near 1 that {@link #nearOne}
   * must see to it. Rows with log-weights, or too wide for one loop, become special.
   */
  private boolean average(Block b, long first) {
    boolean near = false;
    boolean alone = q.logWeights() != null || isWide(q.columns());
    for (int r = 0; r < b.rows; r++) {
      int n = allowed(first + r);
      b.sum[r] /= n;
      b.special[r] |= n == 0;
      near |= b.sum[r] > NEAR_ONE;
      b.special[r] |= q.logWeights() != null || (alone && b.sum[r] > NEAR_ONE);
    }
    return near && !alone;
  }

  /**
   * V = max + α log1p(u), u = Σ (e − 1) / n. Columns that are excluded must not pass through the
   * float32 sum, beside which all others may be tiny.
   */
  private void nearOne(Block b, MemorySegment rows, long at, long first) {
    boolean masked = q.mask() != null;
    b.absent = masked ? 0 : -1;
    loops.sumExpm1(rows, at, q.columns(), b);
    for (int r = 0; r < b.rows; r++) {
      if (b.sum[r] > NEAR_ONE) {
        int n = allowed(first + r);
        int absent = masked ? absent(rows, at, r) - (q.columns() - n) : 0;
        double u = ((double) b.weighted[r] - absent) / n;
        b.value[r] = (float) Math.fma(b.alpha[r], Math.log1p(u), b.max[r]);
      }
    }
  }

  /** Columns of a block's row that are −∞, excluded or not. */
  private int absent(MemorySegment rows, long at, int r) {
    long from = at + (long) r * q.columns() * Float.BYTES;
    int count = 0;
    for (int k = 0; k < q.columns(); k++) {
      float x = rows.get(ValueLayout.JAVA_FLOAT, from + k * 4L);
      count += x == Float.NEGATIVE_INFINITY ? 1 : 0;
    }
    return count;
  }

  private int allowed(long i) {
    if (q.mask() == null) {
      return q.columns();
    }
    MemorySegment mask = segment(q.mask());
    long at = q.mask().length() == q.columns() ? 0 : i * q.columns();
    int count = 0;
    for (int k = 0; k < q.columns(); k++) {
      count += mask.get(ValueLayout.JAVA_BYTE, at + k) == 0 ? 0 : 1;
    }
    return count;
  }

  @Override
  void special(SoftRow row, long i) {
    store(i, mean ? row.mellowmax() : row.value());
  }

  private void store(long i, double value) {
    if (reward == null) {
      output.setReal(i, value);
      return;
    }
    boolean alone = discount == 0 || terminated.get(ValueLayout.JAVA_BYTE, i) != 0;
    double r = reward.real(i);
    // Selected, not multiplied: after termination V may be anything, −∞ and NaN included.
    output.setReal(i, alone ? r : Math.fma(discount, value, r));
  }
}
