package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The backups of a table, with its transitions as a sparse matrix in CSR form, or as a dense one of
 * successors where all pairs have equally many.
 */
final class TabularExpressions {
  private static final long[] ACTIONS = {1};
  private static final List<String> OUTPUTS = List.of("actionValues", "nextValues", "residual");

  /** How the expected next value of each pair is had. */
  private enum Way {
    SPARSE("mv(P, V)"),
    GATHERED("(V[next] * p).view(pairs, n).sum(1)");

    private final String text;

    Way(String text) {
      this.text = text;
    }
  }

  private final Way way;
  private final Tensor transitions;
  private final Tensor next;
  private final Tensor successors;
  private final Tensor values;
  private final Tensor rewards;
  private final Tensor policy;
  private final long[] shape;
  private final Scalar discount;
  private final Scalar alpha;

  private TabularExpressions(Inputs inputs, Way way) {
    this.way = way;
    long states = inputs.integer("states");
    long actions = inputs.integer("actions");
    long pairs = states * actions;
    float[] probabilities = inputs.reals("probabilities");
    shape = new long[] {states, actions};
    next = TorchTensors.of(inputs.ints("nextStates"), probabilities.length);
    transitions =
        way == Way.SPARSE
            ? torch.torch_sparse_csr_tensor(
                TorchTensors.of(inputs.ints("rowOffsets"), pairs + 1),
                next,
                TorchTensors.of(probabilities, probabilities.length),
                new long[] {pairs, states},
                new TensorOptions(ScalarType.Float))
            : null;
    successors =
        way == Way.GATHERED
            ? TorchTensors.of(probabilities, pairs, probabilities.length / pairs)
            : null;
    values = TorchTensors.of(inputs.reals("values"), states);
    rewards = TorchTensors.of(inputs.reals("rewards"), pairs);
    policy = TorchTensors.of(inputs.reals("policy"), shape);
    discount = new Scalar(inputs.number("discount"));
    alpha = new Scalar(inputs.number("alpha"));
  }

  /** All ways to write a case; none if PyTorch has no words for it. */
  static List<TorchExpression> of(String operation, Inputs inputs) {
    if (!inputs.has("alpha")) {
      return List.of();
    }
    List<Way> ways = isRegular(inputs) ? List.of(Way.values()) : List.of(Way.SPARSE);
    return switch (operation) {
      case "soft-backup" ->
          ways.stream()
              .map(way ->
                  new TorchExpression(
                      "Q = r + gamma * %s; alpha * logsumexp(Q / alpha); residual"
                          .formatted(way.text),
                      OUTPUTS,
                      () -> new TabularExpressions(inputs, way).soft(inputs.number("alpha") == 1)))
              .toList();
      case "policy-backup" ->
          ways.stream()
              .map(way ->
                  new TorchExpression(
                      "Q = r + gamma * %s; sum(pi * Q + alpha * entr(pi)); residual"
                          .formatted(way.text),
                      OUTPUTS,
                      () -> new TabularExpressions(inputs, way).evaluation()))
              .toList();
      default -> List.of();
    };
  }

  /** Whether all pairs have equally many successors. */
  private static boolean isRegular(Inputs inputs) {
    int[] offsets = inputs.ints("rowOffsets");
    return IntStream.range(0, offsets.length).allMatch(i -> offsets[i] == i * offsets[1]);
  }

  /** mv, not matmul with one column, which takes some 50 times as long without MKL. */
  private Tensor actionValues() {
    Tensor expected =
        way == Way.SPARSE
            ? transitions.mv(values)
            : values.index_select(0, next).view(successors.sizes()).mul_(successors).sum(ACTIONS);
    return rewards.add(expected, discount).view(shape);
  }

  private Tensor[] results(Tensor q, Tensor next) {
    return new Tensor[] {q, next, next.sub(values).abs_().max()};
  }

  private TorchOperation soft(boolean unit) {
    return () -> {
      Tensor q = actionValues();
      return results(q, unit ? q.logsumexp(ACTIONS) : q.div(alpha).logsumexp(ACTIONS).mul_(alpha));
    };
  }

  private TorchOperation evaluation() {
    return () -> {
      Tensor q = actionValues();
      Tensor entropy = torch.special_entr(policy);
      return results(q, policy.mul(q).add_(entropy, alpha).sum(ACTIONS));
    };
  }
}
