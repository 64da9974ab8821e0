package dev.maxent.workload;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.Temperature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How each soft-value operation is bound, what it must do, and how exact it must be. */
final class SoftOperation {
  /** The five outputs of a policy, in the order of {@link PolicyOutputs}. */
  static final List<String> POLICY_OUTPUTS =
      List.of("value", "probabilities", "logProbabilities", "entropy", "expectedQ");

  /*
   * Constants c of the tolerances, in units of SoftScale, which hold what the data contribute. Half
   * a unit is always the final rounding.
   * V: half a unit for the error of the sum; the end of a row (logarithm, product with α, sum with
   * m) has to be better than float32, which alone gives 1.8. Target: the same and one more product.
   * π and gradient: exp and division, the exponents' own rounding is in the unit. log π, H, E[Q]: 2
   * to 3 roundings of size ε per term, all of one sign at worst. Mellowmax: expm1, two weights'
   * exponentials, division, log1p. Scores of sampling: two logarithms and two sums on each side.
   */
  private static final double VALUE = 1;
  private static final double TARGET = 1.5;
  private static final double PROBABILITY = 2;
  private static final double LOG_PROBABILITY = 3;
  private static final double ENTROPY = 3;
  private static final double EXPECTED_Q = 3;
  private static final double MELLOWMAX = 4;
  private static final double SCORE = 4;

  private final String name;
  private final String method;
  private final Set<String> outputs;

  private SoftOperation(String name, String method, Set<String> outputs) {
    this.name = name;
    this.method = "SoftValueKernels." + method;
    this.outputs = outputs;
  }

  static final SoftOperation LOG_SUM_EXP =
      new SoftOperation("log-sum-exp", "logSumExp", Set.of("value"));
  static final SoftOperation MELLOWMAX_MEAN =
      new SoftOperation("mellowmax", "mellowmax", Set.of("mellowmax"));
  static final SoftOperation GRADIENT =
      new SoftOperation("log-sum-exp-gradient", "logSumExpGradient", Set.of("gradient"));
  static final SoftOperation POLICY_ALL = policy("policy-all", Set.copyOf(POLICY_OUTPUTS));
  static final SoftOperation POLICY_ENTROPY =
      policy("policy+entropy", Set.of("probabilities", "entropy"));
  static final SoftOperation SAMPLE =
      new SoftOperation("sample", "sample", Set.of("actions", "state"));
  static final SoftOperation GREEDY = new SoftOperation("greedy", "greedy", Set.of("greedy"));
  static final SoftOperation BELLMAN_TARGET =
      new SoftOperation("bellman-target", "bellmanTarget", Set.of("target"));

  /** Every operation once. */
  static final List<SoftOperation> ALL =
      List.of(
          LOG_SUM_EXP,
          BELLMAN_TARGET,
          POLICY_ENTROPY,
          POLICY_ALL,
          GRADIENT,
          MELLOWMAX_MEAN,
          SAMPLE,
          GREEDY);

  /** A policy with a subset of its outputs. */
  static SoftOperation policy(String name, Set<String> outputs) {
    return new SoftOperation(name, "policy", outputs);
  }

  /** Whether the operation accepts a shape: the gradient of a minimum is not offered. */
  boolean accepts(SoftShape shape) {
    return this != GRADIENT || shape.heads() == 1;
  }

  /** The case of this operation at a shape. */
  KernelCase at(SoftShape shape, String variant, Set<KernelCase.Purpose> purposes) {
    String size = shape.rows() + "x" + shape.columns();
    String full = "soft-value/" + name + "/" + size + (variant.isEmpty() ? "" : "/" + variant);
    return new KernelCase(
        full, method, purposes, work(shape), shape::inputs, this::bind, tolerances());
  }

  private Runnable bind(Session session) {
    ActionValues q = SoftShape.actionValues(session);
    Temperature temperature = SoftShape.temperature(session);
    SoftValueKernels kernels = session.backend().softValue();
    int rows = q.rows();
    if (method.endsWith("policy")) {
      PolicyOutputs to = policyOutputs(session, q);
      return () -> kernels.policy(q, temperature, to);
    }
    return switch (name) {
      case "log-sum-exp" -> {
        DeviceArray value = session.output("value", REAL, rows);
        yield () -> kernels.logSumExp(q, temperature, value);
      }
      case "mellowmax" -> {
        DeviceArray value = session.output("mellowmax", REAL, rows);
        yield () -> kernels.mellowmax(q, temperature, value);
      }
      case "log-sum-exp-gradient" -> {
        DeviceArray upstream = session.input("upstream");
        DeviceArray gradient = session.output("gradient", REAL, q.size());
        yield () -> kernels.logSumExpGradient(q, temperature, upstream, gradient);
      }
      case "sample" -> {
        RandomState state = RandomCases.state(session);
        DeviceArray actions = session.output("actions", INT32, rows);
        yield () -> kernels.sample(q, temperature, state, actions);
      }
      case "greedy" -> {
        DeviceArray actions = session.output("greedy", INT32, rows);
        yield () -> kernels.greedy(q, actions);
      }
      case "bellman-target" -> {
        DeviceArray reward = session.input("reward");
        DeviceArray terminated = session.input("terminated");
        double discount = session.inputs().number("discount");
        DeviceArray target = session.output("target", REAL, rows);
        yield () -> kernels.bellmanTarget(q, temperature, reward, terminated, discount, target);
      }
      default -> throw new IllegalStateException("no operation " + name);
    };
  }

  private PolicyOutputs policyOutputs(Session session, ActionValues q) {
    return new PolicyOutputs(
        policyOutput(session, "value", q.rows()),
        policyOutput(session, "probabilities", q.size()),
        policyOutput(session, "logProbabilities", q.size()),
        policyOutput(session, "entropy", q.rows()),
        policyOutput(session, "expectedQ", q.rows()));
  }

  private DeviceArray policyOutput(Session session, String output, long length) {
    return outputs.contains(output) ? session.output(output, REAL, length) : null;
  }

  private Map<String, Tolerance> tolerances() {
    Map<String, Tolerance> tolerances = new LinkedHashMap<>();
    outputs.stream().sorted().forEach(output -> tolerances.put(output, tolerance(output)));
    return tolerances;
  }

  private static Tolerance tolerance(String output) {
    return switch (output) {
      case "value" -> Tolerance.of(VALUE, (in, _, i) -> SoftScale.of(in).value(i));
      case "mellowmax" -> Tolerance.of(MELLOWMAX, (in, v, i) -> SoftScale.of(in).mellowmax(i, v));
      case "probabilities" ->
          Tolerance.of(PROBABILITY, (in, v, i) -> SoftScale.of(in).probability(i, v));
      case "gradient" -> Tolerance.of(PROBABILITY, SoftOperation::gradientUnit);
      case "logProbabilities" ->
          Tolerance.of(LOG_PROBABILITY, (in, v, i) -> SoftScale.of(in).logProbability(i, v));
      case "entropy" -> Tolerance.of(ENTROPY, (in, _, i) -> SoftScale.of(in).entropy(i));
      case "expectedQ" -> Tolerance.of(EXPECTED_Q, (in, _, i) -> SoftScale.of(in).expectedQ(i));
      case "target" -> Tolerance.of(TARGET, SoftOperation::targetUnit);
      case "actions" ->
          new Tolerance(
              SCORE,
              (in, expected, actual, i) ->
                  SoftScale.of(in).actions(i, (int) expected, (int) actual));
      default -> Tolerance.EXACT;
    };
  }

  private static double gradientUnit(Inputs inputs, double expected, int element) {
    double upstream = inputs.reals("upstream")[element / inputs.integer("columns")];
    return SoftScale.of(inputs).gradient(element, expected, upstream);
  }

  private static double targetUnit(Inputs inputs, double expected, int row) {
    return inputs.bytes("terminated")[row] == 0
        ? SoftScale.of(inputs).target(row, expected, inputs.number("discount"))
        : Tolerance.NONE;
  }

  private Work work(SoftShape shape) {
    long rows = shape.rows();
    long size = shape.size();
    long heads = (shape.heads() - 1) * size;
    long weights = shape.weights() == SoftShape.Layout.NONE ? 0 : size;
    // Per element: maximum, difference, scaling, exponential, sum; per row a logarithm.
    long sumFlops = 4 * size + heads + weights + 2 * rows;
    long sumExponentials = size + rows;
    long read = shape.bytes();
    if (method.endsWith("policy")) {
      return policyWork(shape, read, sumFlops, sumExponentials);
    }
    return switch (name) {
      case "log-sum-exp" -> new Work(read, 4 * rows, sumFlops, sumExponentials);
      case "mellowmax" -> new Work(read, 4 * rows, sumFlops + rows, sumExponentials);
      case "bellman-target" ->
          new Work(read + 5 * rows, 4 * rows, sumFlops + 2 * rows, sumExponentials);
      case "log-sum-exp-gradient" ->
          new Work(read + 4 * rows, 4 * size, sumFlops + size, sumExponentials);
      // Two logarithms per element; difference, scaling, noise, comparison, word to uniform.
      case "sample" -> new Work(read + 16, 4 * rows + 16, 6 * size + heads + weights, 2 * size);
      case "greedy" -> new Work(read, 4 * rows, size + heads, 0);
      default -> throw new IllegalStateException("no operation " + name);
    };
  }

  private Work policyWork(SoftShape shape, long read, long flops, long exponentials) {
    long written = 0;
    long more = 0;
    for (String output : outputs) {
      boolean perElement = output.endsWith("robabilities");
      written += 4 * (perElement ? shape.size() : shape.rows());
      // π and log π: one product or difference each; H and E[Q]: a fused multiply-add each.
      more += output.equals("value") ? 0 : (perElement ? 1 : 2) * shape.size();
    }
    return new Work(read, written, flops + more, exponentials);
  }
}
