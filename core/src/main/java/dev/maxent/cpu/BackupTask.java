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
import java.util.Arrays;
import java.util.stream.Stream;

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
  private final double[] residuals;
  private TabularModel model;
  private Temperature temperature;
  private ActionValues actionRows;
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

  /** V on the heap, for gathering. */
  private float[] gathered = {};

  private final Rows[] loaded;

  BackupTask(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops();
    wide = new WideRows(engine);
    residuals = new double[engine.threads()];
    loaded = Stream.generate(Rows::new).limit(engine.threads()).toArray(Rows[]::new);
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
    if (actionRows == null
        || actionRows.q() != outputs.actionValues()
        || actionRows.mask() != model.mask()) {
      actionRows =
          ActionValues.of(outputs.actionValues(), model.states(), model.actions())
              .withMask(model.mask());
    }
    if (gathered.length < model.states()) {
      gathered = new float[model.states()];
    }
    MemorySegment.copy(values, ValueLayout.JAVA_FLOAT, 0, gathered, 0, model.states());
    rowsPerBlock = Block.rowsFor(model.actions());
    Arrays.fill(residuals, 0);
    long blocks = ((long) model.states() + rowsPerBlock - 1) / rowsPerBlock;
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
      Rows rows = loaded[worker];
      actionValues(first, block.rows, rows);
      if (policy == null) {
        softValues(block, first, rows, worker);
      } else {
        policyValues(block, first, worker);
      }
    }
  }

  /** Q of the block's pairs, 0 where not allowed. */
  private void actionValues(long firstState, int states, Rows rows) {
    long firstPair = firstState * model.actions();
    int pairs = states * model.actions();
    rows.load(this, firstPair, pairs);
    float[] q = rows.q;
    expectations(pairs, rows.offsets, rows.successors, rows.probabilities, gathered, q);
    float gamma = (float) discount;
    float[] reward = rows.rewards;
    for (int i = 0; i < pairs; i++) {
      q[i] = Math.fma(gamma, q[i], reward[i]);
    }
    byte[] allowed = rows.mask;
    for (int i = 0; i < pairs; i++) {
      q[i] = allowed[i] != 0 ? q[i] : 0;
    }
    long at = firstPair * Float.BYTES;
    MemorySegment.copy(q, 0, actionValues, ValueLayout.JAVA_FLOAT, at, pairs);
  }

  /** Σ P(s′ | s, a) V(s′) of each pair; offsets[0] stands for the first transition loaded. */
  private static void expectations(
      int pairs, int[] offsets, int[] successors, float[] probabilities, float[] v, float[] out) {
    int base = offsets[0];
    int j = 0;
    for (int i = 0; i < pairs; i++) {
      int end = offsets[i + 1] - base;
      float sum = 0;
      for (; j < end; j++) {
        sum = Math.fma(probabilities[j], v[successors[j]], sum);
      }
      out[i] = sum;
    }
  }

  /** A worker's copy of a block's rows, on the heap: there HotSpot checks less in short loops. */
  private static final class Rows {
    private int[] offsets = {};
    private int[] successors = {};
    private float[] probabilities = {};
    private float[] rewards = {};
    private float[] q = {};
    private byte[] mask = {};

    void load(BackupTask task, long firstPair, int pairs) {
      if (q.length < pairs) {
        offsets = new int[pairs + 1];
        rewards = new float[pairs];
        mask = new byte[pairs];
        q = new float[pairs];
      }
      long at = firstPair * Integer.BYTES;
      MemorySegment.copy(task.offsets, ValueLayout.JAVA_INT, at, offsets, 0, pairs + 1);
      MemorySegment.copy(task.rewards, ValueLayout.JAVA_FLOAT, at, rewards, 0, pairs);
      MemorySegment.copy(task.mask, ValueLayout.JAVA_BYTE, firstPair, mask, 0, pairs);
      int first = offsets[0];
      int count = offsets[pairs] - first;
      if (successors.length < count) {
        probabilities = new float[count + count / 4];
        successors = new int[count + count / 4];
      }
      at = (long) first * Integer.BYTES;
      MemorySegment.copy(task.successors, ValueLayout.JAVA_INT, at, successors, 0, count);
      MemorySegment.copy(task.probabilities, ValueLayout.JAVA_FLOAT, at, probabilities, 0, count);
    }
  }

  /** V′ of the block from its Q, taken as −∞ where not allowed. */
  private void softValues(Block b, long first, Rows rows, int worker) {
    int pairs = b.rows * model.actions();
    float[] q = rows.q;
    byte[] allowed = rows.mask;
    for (int i = 0; i < pairs; i++) {
      q[i] = allowed[i] != 0 ? q[i] : Float.NEGATIVE_INFINITY;
    }
    MemorySegment staged = b.staged(pairs);
    MemorySegment.copy(q, 0, staged, ValueLayout.JAVA_FLOAT, 0, pairs);
    b.setTemperature(temperature, first);
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
        value = engine.reader(worker).solve(actionRows, b.alpha[r], first + r).value();
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
