package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.Temperature;

/** Launches the kernels on rows, by the shape of the rows. */
final class RowLaunches {
  private static final int WANT_VALUE = 1;
  private static final int WANT_POLICY = 2;
  private static final int WANT_LOG = 4;
  private static final int WANT_ENTROPY = 8;
  private static final int WANT_EXPECTED = 16;
  private static final int WANT_GRADIENT = 32;

  private final OpenClQueue queue;
  private final RowShape shape;
  private final WideLaunches wide;

  RowLaunches(OpenClQueue queue) {
    this.queue = queue;
    shape = new RowShape(queue.tuning());
    wide = new WideLaunches(queue, shape);
  }

  void value(ActionValues q, Temperature temperature, ResultArguments results) {
    if (q.rows() == 0) {
      return;
    }
    if (shape.isWide(q.columns())) {
      wide.value(q, temperature, results);
      return;
    }
    boolean mean = results.mode == ResultArguments.MELLOWMAX;
    KernelCall call = bind(mean ? "soft_mean" : "soft_value", q, temperature);
    results.bind(call).run(shape.groups(q.rows(), q.columns()));
  }

  void policy(
      ActionValues q, Temperature temperature, PolicyOutputs outputs, DeviceArray upstream) {
    if (q.rows() == 0) {
      return;
    }
    if (shape.isWide(q.columns())) {
      wide.policy(q, temperature, outputs, upstream);
      return;
    }
    KernelCall call = bind("soft_policy", q, temperature);
    bindOutputs(call, outputs, upstream).run(shape.groups(q.rows(), q.columns()));
  }

  /** POLICY_PARAMETERS; with an upstream gradient the probabilities are where it goes. */
  static KernelCall bindOutputs(KernelCall call, PolicyOutputs o, DeviceArray upstream) {
    int wanted = o.value() == null ? 0 : WANT_VALUE;
    if (o.probabilities() != null) {
      wanted |= upstream == null ? WANT_POLICY : WANT_GRADIENT;
    }
    wanted |= o.logProbabilities() == null ? 0 : WANT_LOG;
    wanted |= o.entropy() == null ? 0 : WANT_ENTROPY;
    wanted |= o.expectedQ() == null ? 0 : WANT_EXPECTED;
    return call.int32(wanted)
        .array(o.value())
        .array(o.probabilities())
        .array(o.logProbabilities())
        .array(o.entropy())
        .array(o.expectedQ())
        .array(upstream);
  }

  /** Greedy where there is no state. */
  void action(ActionValues q, Temperature temperature, RandomState state, DeviceArray actions) {
    if (q.rows() == 0) {
      advance(state);
      return;
    }
    if (shape.isWide(q.columns())) {
      wide.action(q, temperature, state, actions);
      return;
    }
    KernelCall call =
        state == null
            ? bind("soft_greedy", q, temperature)
            : bind("soft_sample", q, temperature).array(state.words()).memory(queue.ticket());
    call.array(actions).run(shape.groups(q.rows(), q.columns()));
  }

  /** A draw of nothing still counts. */
  private void advance(RandomState state) {
    if (state != null) {
      OpenClRandom.draw(queue, state, null, 0, OpenClRandom.BITS, 1);
    }
  }

  private KernelCall bind(String name, ActionValues q, Temperature temperature) {
    String macros = shape.macros(q.columns(), RowArguments.weighs(q));
    KernelCall call = queue.kernel(Source.SOFT_VALUE, name, macros, shape.group(q.columns()));
    return RowArguments.bind(call, q, temperature).int32(shape.lanes(q.columns()));
  }
}
