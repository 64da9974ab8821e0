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
  private MemorySegment nextValues;
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
    nextValues = SoftTask.segment(outputs.nextValues());
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
        policyValues(block, first, rows, worker);
      }
    }
  }

  /** Q of the block's pairs, 0 where not allowed. */
  private void actionValues(long firstState, int states, Rows rows) {
    long firstPair = firstState * model.actions();
    int pairs = states * model.actions();
    rows.load(this, firstPair, pairs);
    float[] q = rows.q;
    loops.tabular().expectations(offsets, successors, probabilities, gathered, firstPair, pairs, q);
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

  /** A worker's copy of a block's rows, on the heap: there HotSpot checks less in short loops. */
  private static final class Rows {
    /** Elements beyond the last that vector loops may read and write. */
    private static final int SPARE = 16;

    private float[] rewards = {};
    private float[] q = {};
    private byte[] mask = {};
    private float[] policy = {};
    private double[] logs = {};

    /** No action of row r is allowed. */
    boolean isTerminal(int r, int actions) {
      for (int i = r * actions; i < (r + 1) * actions; i++) {
        if (mask[i] != 0) {
          return false;
        }
      }
      return true;
    }

    void load(BackupTask task, long firstPair, int pairs) {
      if (q.length < pairs) {
        rewards = new float[pairs];
        mask = new byte[pairs];
        q = new float[pairs];
        policy = new float[pairs];
        logs = new double[pairs + SPARE];
      }
      long at = firstPair * Integer.BYTES;
      MemorySegment.copy(task.rewards, ValueLayout.JAVA_FLOAT, at, rewards, 0, pairs);
      MemorySegment.copy(task.mask, ValueLayout.JAVA_BYTE, firstPair, mask, 0, pairs);
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
    MemorySegment staged = b.room(pairs);
    MemorySegment.copy(q, 0, staged, ValueLayout.JAVA_FLOAT, 0, pairs);
    b.setTemperature(temperature, first);
    if (wide.isWide(model.actions())) {
      wide.maximum(b, staged, 0, model.actions(), worker);
      wide.sum(b, staged, 0, model.actions(), false, worker);
    } else {
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
    store(b, first, worker);
  }

  private void policyValues(Block b, long first, Rows rows, int worker) {
    int actions = model.actions();
    int pairs = b.rows * actions;
    float[] p = rows.policy;
    long at = first * actions * Float.BYTES;
    MemorySegment.copy(policy, ValueLayout.JAVA_FLOAT, at, p, 0, pairs);
    double[] logs = rows.logs;
    byte[] allowed = rows.mask;
    boolean ordinary = true;
    for (int i = 0; i < pairs; i++) {
      p[i] = allowed[i] != 0 ? p[i] : 0;
      ordinary &= p[i] >= 0 && p[i] <= Float.MAX_VALUE;
      logs[i] = p[i] != 0 ? p[i] : 1;
    }
    if (ordinary) {
      loops.tabular().logarithms(logs, pairs);
    } else {
      for (int i = 0; i < pairs; i++) {
        logs[i] = Math.log(logs[i]);
      }
    }
    float[] q = rows.q;
    for (int r = 0; r < b.rows; r++) {
      double alpha = RowReader.alpha(temperature, first + r);
      double sum = alpha >= 0 && alpha < Double.POSITIVE_INFINITY ? 0 : Double.NaN;
      for (int i = r * actions; i < (r + 1) * actions; i++) {
        double term = p[i] * (q[i] - alpha * logs[i]);
        // Selected, not multiplied: an action that is never taken may have any value.
        sum += p[i] != 0 ? term : 0;
      }
      b.value[r] = rows.isTerminal(r, actions) ? 0 : (float) sum;
    }
    store(b, first, worker);
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
