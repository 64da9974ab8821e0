package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Draws and moves of rows. Draws come from PyTorch's own generator, so only their law agrees. */
final class RandomExpressions {
  /** What the timed cases of the catalogue draw below. */
  private static final long INDEX_BOUND = 1_000_000;

  private RandomExpressions() {}

  /** All ways to write a case; none if PyTorch has no words for it. */
  static List<TorchExpression> of(KernelCase kernelCase, Inputs inputs) {
    return switch (kernelCase.operation()) {
      case "gather" ->
          List.of(
              TorchExpression.of(
                  "index_select(source, 0, indices)", "target", () -> gather(inputs, false)),
              TorchExpression.of(
                  "index_select_out(buffer, source, 0, indices)",
                  "target",
                  () -> gather(inputs, true)));
      case "scatter" ->
          List.of(
              TorchExpression.of(
                  "target.index_copy_(0, indices, source)", "target", () -> scatter(inputs)));
      default -> draws(kernelCase.operation(), length(kernelCase));
    };
  }

  private static long length(KernelCase kernelCase) {
    return Long.parseLong(kernelCase.name().split("/", -1)[2]);
  }

  private static List<TorchExpression> draws(String operation, long n) {
    return switch (operation) {
      case "uniform" ->
          List.of(fill("empty(n).uniform_()", ScalarType.Float, n, t -> t.uniform_()));
      case "normal" -> List.of(fill("empty(n).normal_()", ScalarType.Float, n, t -> t.normal_()));
      case "indices" -> {
        LongOptional bound = new LongOptional(INDEX_BOUND);
        String text = "empty(n, int32).random_(0, bound)";
        yield List.of(fill(text, ScalarType.Int, n, t -> t.random_(0, bound)));
      }
      case "bits" -> {
        // All 64 bits of each word are random if there is no upper bound.
        LongOptional none = new LongOptional();
        String text = "empty(n / 2, int64).random_(-2**63, None)";
        yield List.of(fill(text, ScalarType.Long, n / 2, t -> t.random_(Long.MIN_VALUE, none)));
      }
      case "permutation" ->
          List.of(
              TorchExpression.of(
                  "randperm(n, int32)",
                  "out",
                  () -> {
                    TensorOptions type = new TensorOptions(ScalarType.Int);
                    return () -> new Tensor[] {torch.randperm(n, type)};
                  }));
      default -> List.of();
    };
  }

  /** Fills one tensor over and over, in place. */
  private static TorchExpression fill(
      String text, ScalarType type, long n, UnaryOperator<Tensor> draw) {
    return TorchExpression.of(
        text,
        "out",
        () -> {
          Tensor out =
              torch.empty(new long[] {n}, new TensorOptions(type), new MemoryFormatOptional());
          if (type == ScalarType.Long) {
            return () -> new Tensor[] {draw.apply(out).view(ScalarType.Int)};
          }
          return () -> new Tensor[] {draw.apply(out)};
        });
  }

  private static TorchOperation gather(Inputs inputs, boolean intoBuffer) {
    long width = inputs.integer("width");
    Tensor source = matrix(inputs.reals("source"), width);
    Tensor indices = TorchTensors.of(inputs.ints("indices"), inputs.ints("indices").length);
    if (!intoBuffer) {
      return () -> new Tensor[] {source.index_select(0, indices)};
    }
    Tensor buffer = source.index_select(0, indices);
    return () -> new Tensor[] {torch.index_select_out(buffer, source, 0, indices)};
  }

  private static TorchOperation scatter(Inputs inputs) {
    long width = inputs.integer("width");
    Tensor source = matrix(inputs.reals("source"), width);
    Tensor target = matrix(inputs.reals("target"), width);
    // It takes 64-bit indices only.
    Tensor indices =
        TorchTensors.of(inputs.ints("indices"), inputs.ints("indices").length).to(ScalarType.Long);
    return () -> new Tensor[] {target.index_copy_(0, indices, source)};
  }

  private static Tensor matrix(float[] values, long width) {
    return TorchTensors.of(values, values.length / width, width);
  }
}
