package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The soft-value cases, written as one writes them in PyTorch's eager mode. */
final class SoftValueExpressions {
  private static final long[] COLUMNS = {1};

  private final Inputs inputs;

  private SoftValueExpressions(Inputs inputs) {
    this.inputs = inputs;
  }

  /** All ways to write a case; none if PyTorch has no words for it. */
  static List<TorchExpression> of(String operation, List<String> outputs, Inputs inputs) {
    SoftValueExpressions of = new SoftValueExpressions(inputs);
    boolean weighted = inputs.has("mask") || inputs.has("logWeights");
    if (weighted && !operation.equals("log-sum-exp") && !operation.equals("bellman-target")) {
      return List.of();
    }
    if (operation.startsWith("policy")) {
      return of.policy(outputs);
    }
    return switch (operation) {
      case "log-sum-exp" -> of.values("%s", "value", _ -> v -> v);
      case "mellowmax" -> of.values("%s - alpha * log(n)", "mellowmax", of::mellowmax);
      case "bellman-target" -> of.values("r + gamma * (1 - terminated) * %s", "target", of::target);
      case "log-sum-exp-gradient" ->
          List.of(of.rows("softmax(x).mul_(upstream)", "gradient", of::gradient));
      case "greedy" ->
          List.of(
              of.rows("argmax(q)", "greedy", SoftValueExpressions::greedy),
              of.rows("max(q, 1).indices", "greedy", SoftValueExpressions::indices));
      case "sample" ->
          List.of(
              of.rows("multinomial(softmax(x), 1)", "actions", SoftValueExpressions::multinomial),
              of.rows("argmax(x - log(Exp(1)))", "actions", SoftValueExpressions::gumbel));
      default -> List.of();
    };
  }

  private TorchExpression rows(
      String text, String output, Function<TorchRows, TorchOperation> prepare) {
    return TorchExpression.of(text, output, () -> prepare.apply(new TorchRows(inputs)));
  }

  /**
   * An expression around the soft value, with each way to write that: the plain one, and the one
   * through the fused log-softmax, which is often quicker but cannot have −∞ in column 0.
   */
  private List<TorchExpression> values(
      String text, String output, Function<TorchRows, UnaryOperator<Tensor>> prepare) {
    List<TorchExpression> ways = new ArrayList<>();
    ways.add(
        rows(
            text.formatted("alpha * logsumexp(x)"),
            output,
            rows -> {
              UnaryOperator<Tensor> end = prepare.apply(rows);
              return () ->
                  new Tensor[] {end.apply(rows.scaled(rows.logits(rows.q()).logsumexp(COLUMNS)))};
            }));
    if (!inputs.has("mask") && !inputs.has("logWeights")) {
      ways.add(
          rows(
              text.formatted("alpha * (x[:, 0] - log_softmax(x)[:, 0])"),
              output,
              rows -> {
                UnaryOperator<Tensor> end = prepare.apply(rows);
                return () -> {
                  Tensor x = rows.logits(rows.q());
                  Tensor value = difference(x, x.log_softmax(1));
                  return new Tensor[] {end.apply(rows.scaled(value))};
                };
              }));
    }
    return ways;
  }

  private static Tensor difference(Tensor x, Tensor logSoftmax) {
    return x.select(1, 0).sub(logSoftmax.select(1, 0));
  }

  private UnaryOperator<Tensor> mellowmax(TorchRows rows) {
    Tensor alphas =
        inputs.has("alphaPerRow")
            ? TorchTensors.of(inputs.reals("alphaPerRow"), rows.rows)
            : TorchTensors.of(new float[] {alpha()}, 1);
    Scalar logColumns = new Scalar(Math.log((double) rows.columns));
    return value -> value.sub(alphas, logColumns);
  }

  private float alpha() {
    return inputs.has("alpha") ? (float) inputs.number("alpha") : inputs.reals("alphaOnDevice")[0];
  }

  private UnaryOperator<Tensor> target(TorchRows rows) {
    Tensor reward = TorchTensors.of(inputs.reals("reward"), rows.rows);
    Tensor terminated = TorchTensors.ones(inputs.bytes("terminated"), rows.rows);
    Scalar one = new Scalar(1f);
    Scalar gamma = new Scalar(inputs.number("discount"));
    return value -> reward.add(torch.rsub(terminated, one).mul(value), gamma);
  }

  private TorchOperation gradient(TorchRows rows) {
    Tensor upstream = TorchTensors.of(inputs.reals("upstream"), rows.rows, 1);
    return () -> new Tensor[] {rows.logits(rows.q()).softmax(1).mul_(upstream)};
  }

  private static TorchOperation greedy(TorchRows rows) {
    LongOptional columns = new LongOptional(1);
    return () -> new Tensor[] {torch.argmax(rows.masked(rows.q()), columns, false)};
  }

  private static TorchOperation indices(TorchRows rows) {
    // A view, as the pair that max returns frees its own two tensors with itself.
    return () -> new Tensor[] {torch.max(rows.masked(rows.q()), 1).get1().view(rows.rows)};
  }

  private static TorchOperation multinomial(TorchRows rows) {
    GeneratorOptional generator = new GeneratorOptional();
    return () ->
        new Tensor[] {rows.logits(rows.q()).softmax(1).multinomial(1, true, generator).squeeze(1)};
  }

  private static TorchOperation gumbel(TorchRows rows) {
    LongOptional columns = new LongOptional(1);
    return () -> {
      Tensor x = rows.logits(rows.q());
      Tensor noise = torch.empty_like(x).exponential_().log_();
      return new Tensor[] {torch.argmax(x.sub(noise), columns, false)};
    };
  }

  private List<TorchExpression> policy(List<String> outputs) {
    return List.of(
        new TorchExpression(
            "p = exp(log_softmax(x)); -sum(p * log p)", outputs, () -> policy(outputs, false)),
        new TorchExpression("p = softmax(x); sum(entr(p))", outputs, () -> policy(outputs, true)));
  }

  /** Only what the outputs need is computed. */
  private TorchOperation policy(List<String> outputs, boolean direct) {
    TorchRows rows = new TorchRows(inputs);
    boolean logs = !direct || outputs.contains("logProbabilities") || outputs.contains("value");
    return () -> {
      Tensor q = rows.q();
      Tensor x = rows.logits(q);
      Tensor logP = logs ? x.log_softmax(1) : null;
      Tensor p = direct ? x.softmax(1) : logP.exp();
      Tensor[] results = new Tensor[outputs.size()];
      for (int i = 0; i < results.length; i++) {
        results[i] =
            switch (outputs.get(i)) {
              case "value" -> rows.scaled(difference(x, logP));
              case "probabilities" -> p;
              case "logProbabilities" -> logP;
              case "entropy" ->
                  direct ? torch.special_entr(p).sum(COLUMNS) : p.mul(logP).sum(COLUMNS).neg();
              case "expectedQ" -> p.mul(q).sum(COLUMNS);
              default -> throw new IllegalStateException("no output " + outputs.get(i));
            };
      }
      return results;
    };
  }
}
