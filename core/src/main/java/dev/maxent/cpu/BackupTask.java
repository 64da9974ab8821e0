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

  /** Those of the call before: callers have two arrays of Q that take turns. */
  private ActionValues otherRows;

  private double discount;
  private MemorySegment offsets;
  private MemorySegment successors;
  private MemorySegment probabilities;
  private MemorySegment rewards;
  private MemorySegment mask;
  private MemorySegment values;
  private MemorySegment actionValues;
  private MemorySegment nextValues;
  private MemorySegment policy;
  private int rowsPerBlock;

  /** V on the heap, for gathering. */
  private float[] gathered = {};

  private final BackupRows[] loaded;

  BackupTask(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops();
    wide = new WideRows(engine);
    residuals = new double[engine.threads()];
    loaded = Stream.generate(BackupRows::new).limit(engine.threads()).toArray(BackupRows[]::new);
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
    nextValues = SoftTask.segment(outputs.nextValues());
    policy = newPolicy == null ? null : SoftTask.segment(newPolicy);
    placeRows(outputs.actionValues());
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

  private void placeRows(DeviceArray q) {
    if (isOf(actionRows, q)) {
      return;
    }
    ActionValues before = actionRows;
    actionRows =
        isOf(otherRows, q)
            ? otherRows
            : ActionValues.of(q, model.states(), model.actions()).withMask(model.mask());
    otherRows = before;
  }

  private boolean isOf(ActionValues rows, DeviceArray q) {
    return rows != null && rows.q() == q && rows.mask() == model.mask();
  }

  @Override
  public void run(long from, long to, int worker) {
    Block block = engine.block(worker);
    block.startOver();
    for (long piece = from; piece < to; piece++) {
      long first = piece * rowsPerBlock;
      block.rows = (int) Math.min(rowsPerBlock, model.states() - first);
      BackupRows rows = loaded[worker];
      actionValues(first, block.rows, rows);
      if (policy == null) {
        softValues(block, first, rows, worker);
      } else {
        policyValues(block, first, rows);
      }
      store(block, first, worker);
    }
  }

  /** Q of the block's pairs, 0 where not allowed. */
  private void actionValues(long firstState, int states, BackupRows rows) {
    long firstPair = firstState * model.actions();
    int pairs = states * model.actions();
    rows.load(rewards, mask, firstPair, pairs);
    float[] q = rows.q;
    loops.tabular().expectations(offsets, successors, probabilities, gathered, firstPair, pairs, q);
    float gamma = (float) discount;
    float[] reward = rows.rewards;
    for (int i = 0; i < pairs; i++) {
      q[i] = Math.fma(gamma, q[i], reward[i]);
    }
    rows.exclude(q, pairs, 0);
    long at = firstPair * Float.BYTES;
    MemorySegment.copy(q, 0, actionValues, ValueLayout.JAVA_FLOAT, at, pairs);
  }

  /** V′ of the block from its Q, taken as −∞ where not allowed. */
  private void softValues(Block b, long first, BackupRows rows, int worker) {
    int pairs = b.rows * model.actions();
    rows.exclude(rows.q, pairs, Float.NEGATIVE_INFINITY);
    MemorySegment staged = b.room(pairs);
    MemorySegment.copy(rows.q, 0, staged, ValueLayout.JAVA_FLOAT, 0, pairs);
    b.setTemperature(temperature, first);
    if (wide.isWide(model.actions())) {
      wide.maximum(b, staged, 0, model.actions(), worker);
      wide.sum(b, staged, 0, model.actions(), false, worker);
    } else {
      b.needsMaximum = isGreedySomewhere(b);
      loops.maximumAndSumExp(staged, 0, model.actions(), b);
    }
    loops.logarithm(b);
    for (int r = 0; r < b.rows; r++) {
      boolean finite = Math.abs(b.max[r]) <= Block.LARGEST_MAX && !Float.isNaN(b.sum[r]);
      double value;
      if (finite && (!b.special[r] || b.alpha[r] == 0)) {
        value = b.alpha[r] == 0 ? b.max[r] : Math.fma(b.alpha[r], b.log[r], b.max[r]);
      } else if (rows.isTerminal(r, model.actions())) {
        value = 0;
      } else {
        value = engine.reader(worker).solve(actionRows, b.alpha[r], first + r).value();
      }
      b.value[r] = (float) value;
    }
  }

  /** Whether a state's value is its maximum. */
  private static boolean isGreedySomewhere(Block b) {
    for (int r = 0; r < b.rows; r++) {
      if (b.alpha[r] == 0) {
        return true;
      }
    }
    return false;
  }

  /** V′ = Σ π Q − α Σ π log π, in float64 as one of them may almost cancel the other. */
  private void policyValues(Block b, long first, BackupRows rows) {
    int actions = model.actions();
    int pairs = b.rows * actions;
    rows.loadPolicy(policy, first * actions, pairs);
    boolean signs = loops.tabular().policyTerms(rows, pairs);
    for (int r = 0; r < b.rows; r++) {
      double alpha = RowReader.alpha(temperature, first + r);
      double taken = 0;
      double information = 0;
      for (int i = r * actions; i < (r + 1) * actions; i++) {
        taken += rows.taken[i];
        information += rows.information[i];
      }
      double value = taken - alpha * information;
      if (!Double.isFinite(value) || !(alpha >= 0) || (signs && rows.isNegative(r, actions))) {
        value = unusual(rows, r * actions, actions, alpha);
      }
      b.value[r] = rows.isTerminal(r, actions) ? 0 : (float) value;
    }
  }

  /** The same, term by term: an action that is never taken may have any value. */
  private static double unusual(BackupRows rows, int from, int actions, double alpha) {
    double sum = alpha >= 0 && alpha < Double.POSITIVE_INFINITY ? 0 : Double.NaN;
    for (int i = from; i < from + actions; i++) {
      double p = rows.policy[i];
      double term = p * (rows.q[i] - alpha * Math.log(p));
      sum += p != 0 ? term : 0;
    }
    return sum;
  }

  /** Writes V′ and takes |V′ − V| into the worker's residual; NaN stays. */
  private void store(Block b, long first, int worker) {
    float[] value = b.value;
    double residual = residuals[worker];
    for (int r = 0; r < b.rows; r++) {
      residual = Math.max(residual, Math.abs(value[r] - gathered[(int) first + r]));
    }
    residuals[worker] = residual;
    MemorySegment.copy(value, 0, nextValues, ValueLayout.JAVA_FLOAT, first * Float.BYTES, b.rows);
  }
}
