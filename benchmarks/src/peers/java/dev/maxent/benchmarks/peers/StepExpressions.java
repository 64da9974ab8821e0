package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Steps of particles in place, as {@code torch.optim} writes them for one tensor, or fuses them.
 */
final class StepExpressions {
  // What the timed cases of the catalogue set.
  private static final double RATE = 0.05;
  private static final double EPSILON = 1e-6;

  private StepExpressions() {}

  /** All ways to write a case; none if PyTorch has no words for it. */
  static List<TorchExpression> of(String operation, Inputs inputs) {
    return switch (operation) {
      case "step-plain" ->
          List.of(
              TorchExpression.of(
                  "x.add_(phi, alpha=rate)",
                  "particles",
                  () -> {
                    Tensor x = TorchTensors.flat(inputs, "particles");
                    Tensor phi = TorchTensors.flat(inputs, "direction");
                    Scalar rate = new Scalar(RATE);
                    return () -> new Tensor[] {x.add_(phi, rate)};
                  }));
      case "step-adagrad" -> {
        List<String> outputs = List.of("particles", "squares");
        yield List.of(
            new TorchExpression(
                "g.addcmul_(phi, phi); x.addcdiv_(phi, g.sqrt().add_(eps), rate)",
                outputs,
                () -> adaGrad(inputs)),
            new TorchExpression(
                "_fused_adagrad_([x], [phi], [g], ...)", outputs, () -> fusedAdaGrad(inputs)));
      }
      case "step-adam" ->
          Arrays.stream(TorchAdam.Way.values())
              .map(way ->
                  new TorchExpression(
                      way.text + " with g = phi, a negative rate",
                      List.of("particles", "mean", "squares"),
                      () -> adam(way, inputs)))
              .toList();
      default -> List.of();
    };
  }

  private static TorchOperation adaGrad(Inputs inputs) {
    Tensor x = TorchTensors.flat(inputs, "particles");
    Tensor phi = TorchTensors.flat(inputs, "direction");
    Tensor g = TorchTensors.flat(inputs, "squares");
    Scalar rate = new Scalar(RATE);
    Scalar epsilon = new Scalar(EPSILON);
    return () -> {
      g.addcmul_(phi, phi);
      return new Tensor[] {x.addcdiv_(phi, g.sqrt().add_(epsilon), rate), g};
    };
  }

  private static TorchOperation fusedAdaGrad(Inputs inputs) {
    TorchFused fused = new TorchFused("aten::_fused_adagrad_");
    Tensor x = TorchTensors.flat(inputs, "particles");
    Tensor g = TorchTensors.flat(inputs, "squares");
    Tensor count = TorchTensors.of(new float[] {1}, 1); // counts for the decay of the rate only
    IValue[] arguments = {
      fused.list(x),
      fused.list(TorchTensors.flat(inputs, "direction")),
      fused.list(g),
      fused.list(count),
      new IValue(-RATE), // climbs
      new IValue(0.0), // decay of the rate
      new IValue(0.0), // weight decay
      new IValue(EPSILON),
      new IValue(false), // maximise
      new IValue(), // gradient scale
      new IValue() // whether infinities were found
    };
    return () -> {
      fused.call(arguments);
      return new Tensor[] {x, g};
    };
  }

  private static TorchOperation adam(TorchAdam.Way way, Inputs inputs) {
    Tensor x = TorchTensors.flat(inputs, "particles");
    Tensor phi = TorchTensors.flat(inputs, "direction");
    Tensor m = TorchTensors.flat(inputs, "mean");
    Tensor v = TorchTensors.flat(inputs, "squares");
    TorchAdam adam =
        new TorchAdam(
            way,
            -RATE,
            EPSILON,
            inputs.ints("count")[0],
            new Tensor[] {x},
            new Tensor[] {m},
            new Tensor[] {v});
    return () -> {
      adam.step(phi);
      return new Tensor[] {x, m, v};
    };
  }
}
