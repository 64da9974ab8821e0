package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The backups of a table, with its transitions as a sparse matrix in CSR form. */
final class TabularExpressions {
  private static final long[] ACTIONS = {1};
  private static final List<String> OUTPUTS = List.of("actionValues", "nextValues", "residual");

  private final Tensor transitions;
  private final Tensor values;
  private final Tensor rewards;
  private final Tensor policy;
  private final long[] shape;
  private final Scalar discount;
  private final Scalar alpha;

  private TabularExpressions(Inputs inputs) {
    long states = inputs.integer("states");
    long actions = inputs.integer("actions");
    long pairs = states * actions;
    float[] probabilities = inputs.reals("probabilities");
    shape = new long[] {states, actions};
    transitions =
        torch.torch_sparse_csr_tensor(
            TorchTensors.of(inputs.ints("rowOffsets"), pairs + 1),
            TorchTensors.of(inputs.ints("nextStates"), probabilities.length),
            TorchTensors.of(probabilities, probabilities.length),
            new long[] {pairs, states},
            new TensorOptions(ScalarType.Float));
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
    return switch (operation) {
      case "soft-backup" ->
          List.of(
              new TorchExpression(
                  "Q = r + gamma * mv(P, V); alpha * logsumexp(Q / alpha); residual",
                  OUTPUTS,
                  () -> new TabularExpressions(inputs).soft(inputs.number("alpha") == 1)));
      case "policy-backup" ->
          List.of(
              new TorchExpression(
                  "Q = r + gamma * mv(P, V); sum(pi * Q + alpha * entr(pi)); residual",
                  OUTPUTS,
                  () -> new TabularExpressions(inputs).evaluation()));
      default -> List.of();
    };
  }

  /** mv, not matmul with one column, which takes some 50 times as long without MKL. */
  private Tensor actionValues() {
    return rewards.add(transitions.mv(values), discount).view(shape);
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
