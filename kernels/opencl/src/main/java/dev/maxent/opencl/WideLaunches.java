package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.Temperature;

/** Rows too long for one work-group: a launch per phase, chunk by chunk. */
final class WideLaunches {
  /** Floats per chunk, SLOTS of soft_wide.cl. */
  private static final int SLOTS = 14;

  private static final String PLAIN = "-DWEIGHTED=0";
  private static final String WEIGHTED = "-DWEIGHTED=1";

  private final OpenClQueue queue;
  private final RowShape shape;
  private DeviceMemory parts;

  WideLaunches(OpenClQueue queue, RowShape shape) {
    this.queue = queue;
    this.shape = shape;
  }

  void value(ActionValues q, Temperature temperature, ResultArguments results) {
    scan(q, temperature);
    sum(q, temperature, results.mode == ResultArguments.MELLOWMAX);
    results.bind(bind("wide_value", q, temperature)).run(q.rows());
  }

  void policy(
      ActionValues q, Temperature temperature, PolicyOutputs outputs, DeviceArray upstream) {
    scan(q, temperature);
    sum(q, temperature, false);
    KernelCall call = bind("wide_policy", q, temperature);
    RowLaunches.bindOutputs(call, outputs, upstream).run(groups(q));
  }

  void action(ActionValues q, Temperature temperature, RandomState state, DeviceArray actions) {
    scan(q, temperature);
    if (state == null) {
      bind("wide_greedy", q, temperature).array(actions).run(q.rows());
    } else {
      bind("wide_best", q, temperature).array(state.words()).run(groups(q));
      bind("wide_sample", q, temperature).array(state.words()).array(actions).run(q.rows());
    }
  }

  private void scan(ActionValues q, Temperature temperature) {
    bind("wide_scan", q, temperature).run(groups(q));
    if (RowArguments.weighs(q)) {
      bind("wide_peak", q, temperature).run(groups(q));
    }
  }

  private void sum(ActionValues q, Temperature temperature, boolean mean) {
    bind("wide_sum", q, temperature).int32(mean ? 1 : 0).run(groups(q));
  }

  private long groups(ActionValues q) {
    return (long) q.rows() * chunks(q);
  }

  private int chunks(ActionValues q) {
    return (int) (((long) q.columns() + shape.chunk() - 1) / shape.chunk());
  }

  private KernelCall bind(String name, ActionValues q, Temperature temperature) {
    parts = queue.atLeast(parts, groups(q) * SLOTS * Float.BYTES);
    String macros = RowArguments.weighs(q) ? WEIGHTED : PLAIN;
    KernelCall call = queue.kernel(Source.SOFT_WIDE, name, macros, shape.chunkGroup());
    return RowArguments.bind(call, q, temperature)
        .int32(shape.chunk())
        .int32(chunks(q))
        .memory(parts);
  }
}
