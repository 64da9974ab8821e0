package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.RowReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A backup on a table: Q of a block of states by gathering V, then V′ of the block while Q is in
 * the cache. The residual is the largest of the blocks' residuals, so it does not depend on the
 * threads.
 */
@SuppressWarnings("ReferenceEquality") // an array is equal only to itself
final class BackupTask implements Workers.Task {
  private static final double NANOS_PER_PAIR = 6;
  private final CpuEngine engine;
  private final Loops loops;
  private final WideRows wide;
  private final RowReader[] readers;
  private final double[] residuals;
  private TabularModel model;
  private Temperature temperature;
  private ActionValues q;
  private double discount;
  private MemorySegment offsets;
  private MemorySegment successors;
  private MemorySegment probabilities;
  private MemorySegment rewards;
  private MemorySegment mask;
  private MemorySegment values;
  private MemorySegment actionValues;
  private HostArray nextValues;
  private MemorySegment policy;
  private int rowsPerBlock;

  BackupTask(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops();
    wide = new WideRows(engine);
    readers = new RowReader[engine.threads()];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = new RowReader();
    }
    residuals = new double[readers.length];
  }

  void run(
      TabularModel newModel,
      double newDiscount,
      Temperature newTemperature,
      DeviceArray newPolicy,
      DeviceArray newValues,
      BackupOutputs outputs) {
    model = newModel;
    discount = newDiscount;
    temperature = newTemperature;
    offsets = SoftTask.segment(model.rowOffsets());
    successors = SoftTask.segment(model.nextStates());
    probabilities = SoftTask.segment(model.probabilities());
    rewards = SoftTask.segment(model.rewards());
    mask = SoftTask.segment(model.mask());
    values = SoftTask.segment(newValues);
    actionValues = SoftTask.segment(outputs.actionValues());
    nextValues = (HostArray) outputs.nextValues();
    policy = newPolicy == null ? null : SoftTask.segment(newPolicy);
    if (q == null || q.q() != outputs.actionValues() || q.mask() != model.mask()) {
      q =
          ActionValues.of(outputs.actionValues(), model.states(), model.actions())
              .withMask(model.mask());
    }
    rowsPerBlock = Block.rowsFor(model.actions());
    java.util.Arrays.fill(residuals, 0);
    int blocks = (model.states() + rowsPerBlock - 1) / rowsPerBlock;
    engine.workers().run(blocks, NANOS_PER_PAIR * rowsPerBlock * model.actions(), this);
    double residual = 0;
    for (double r : residuals) {
      residual = Math.max(residual, r);
    }
    ((HostArray) outputs.residual()).setReal(0, residual);
  }

  @Override
  public void run(long from, long to, int worker) {
    Block block = engine.block(worker);
    for (long piece = from; piece < to; piece++) {
      long first = piece * rowsPerBlock;
      block.rows = (int) Math.min(rowsPerBlock, model.states() - first);
      MemorySegment staged = block.staged((long) block.rows * model.actions());
      actionValues(first, block.rows, staged);
      if (policy == null) {
        softValues(block, first, staged, worker);
      } else {
        policyValues(block, first, worker);
      }
    }
  }

  /** Q of the block's pairs, and a copy with −∞ where not allowed. */
  private void actionValues(long firstState, int states, MemorySegment staged) {
    long firstPair = firstState * model.actions();
    int pairs = states * model.actions();
    float gamma = (float) discount;
    int start = offsets.getAtIndex(ValueLayout.JAVA_INT, firstPair);
    for (int i = 0; i < pairs; i++) {
      long pair = firstPair + i;
      int end = offsets.getAtIndex(ValueLayout.JAVA_INT, pair + 1);
      float expected = 0;
      for (int j = start; j < end; j++) {
        int next = successors.getAtIndex(ValueLayout.JAVA_INT, j);
        expected =
            Math.fma(
                probabilities.getAtIndex(ValueLayout.JAVA_FLOAT, j),
                values.getAtIndex(ValueLayout.JAVA_FLOAT, next),
                expected);
      }
      start = end;
      boolean allowed = mask.get(ValueLayout.JAVA_BYTE, pair) != 0;
      float value = Math.fma(gamma, expected, rewards.getAtIndex(ValueLayout.JAVA_FLOAT, pair));
      actionValues.setAtIndex(ValueLayout.JAVA_FLOAT, pair, allowed ? value : 0);
      float logit = allowed ? value : Float.NEGATIVE_INFINITY;
      staged.setAtIndex(ValueLayout.JAVA_FLOAT, i, logit);
    }
  }

  private void softValues(Block b, long first, MemorySegment staged, int worker) {
    for (int r = 0; r < b.rows; r++) {
      b.setAlpha(r, RowReader.alpha(temperature, first + r));
    }
    wide.maximum(b, staged, 0, model.actions(), worker);
    wide.sum(b, staged, 0, model.actions(), false, worker);
    loops.logarithm(b);
    for (int r = 0; r < b.rows; r++) {
      boolean finite = Math.abs(b.max[r]) <= Float.MAX_VALUE && !Float.isNaN(b.sum[r]);
      double value;
      if (finite && (!b.special[r] || b.alpha[r] == 0)) {
        value = b.alpha[r] == 0 ? b.max[r] : Math.fma(b.alpha[r], b.log[r], b.max[r]);
      } else if (isTerminal(first + r)) {
        value = 0;
      } else {
        value = readers[worker].solve(q, b.alpha[r], first + r).value();
      }
      store(first + r, value, worker);
    }
  }

  private void policyValues(Block b, long first, int worker) {
    int actions = model.actions();
    for (int r = 0; r < b.rows; r++) {
      double alpha = RowReader.alpha(temperature, first + r);
      double sum = alpha >= 0 && alpha < Double.POSITIVE_INFINITY ? 0 : Double.NaN;
      for (long pair = (first + r) * actions; pair < (first + r + 1) * actions; pair++) {
        double p = policy.getAtIndex(ValueLayout.JAVA_FLOAT, pair);
        if (p != 0 && mask.get(ValueLayout.JAVA_BYTE, pair) != 0) {
          double value = actionValues.getAtIndex(ValueLayout.JAVA_FLOAT, pair);
          sum += p * (value - alpha * Math.log(p));
        }
      }
      store(first + r, isTerminal(first + r) ? 0 : sum, worker);
    }
  }

  private boolean isTerminal(long state) {
    for (long pair = state * model.actions(); pair < (state + 1) * model.actions(); pair++) {
      if (mask.get(ValueLayout.JAVA_BYTE, pair) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Writes V′ and takes |V′ − V| into the worker's residual; NaN stays. */
  private void store(long state, double value, int worker) {
    nextValues.setReal(state, value);
    float old = values.getAtIndex(ValueLayout.JAVA_FLOAT, state);
    residuals[worker] = Math.max(residuals[worker], Math.abs((float) value - old));
  }
}
