package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Steps of particles in place, as {@code torch.optim} writes them for one tensor. Its fused
 * optimisers are not to be had from Java.
 */
final class StepExpressions {
  // What the timed cases of the catalogue set.
  private static final double RATE = 0.05;
  private static final double EPSILON = 1e-6;
  private static final double MEAN_DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;

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
                    Tensor x = tensor(inputs, "particles");
                    Tensor phi = tensor(inputs, "direction");
                    Scalar rate = new Scalar(RATE);
                    return () -> new Tensor[] {x.add_(phi, rate)};
                  }));
      case "step-adagrad" ->
          List.of(
              new TorchExpression(
                  "g.addcmul_(phi, phi); x.addcdiv_(phi, g.sqrt().add_(eps), rate)",
                  List.of("particles", "squares"),
                  () -> adaGrad(inputs)));
      case "step-adam" ->
          List.of(
              new TorchExpression(
                  "m.lerp_(phi, 1 - b1); v.mul_(b2).addcmul_(phi, phi, 1 - b2);"
                      + " x.addcdiv_(m, v.sqrt().div_(c2).add_(eps), rate / c1)",
                  List.of("particles", "mean", "squares"),
                  () -> adam(inputs)));
      default -> List.of();
    };
  }

  private static Tensor tensor(Inputs inputs, String name) {
    return TorchTensors.of(inputs.reals(name), inputs.reals(name).length);
  }

  private static TorchOperation adaGrad(Inputs inputs) {
    Tensor x = tensor(inputs, "particles");
    Tensor phi = tensor(inputs, "direction");
    Tensor g = tensor(inputs, "squares");
    Scalar rate = new Scalar(RATE);
    Scalar epsilon = new Scalar(EPSILON);
    return () -> {
      g.addcmul_(phi, phi);
      return new Tensor[] {x.addcdiv_(phi, g.sqrt().add_(epsilon), rate), g};
    };
  }

  private static TorchOperation adam(Inputs inputs) {
    Tensor x = tensor(inputs, "particles");
    Tensor phi = tensor(inputs, "direction");
    Tensor m = tensor(inputs, "mean");
    Tensor v = tensor(inputs, "squares");
    Scalar epsilon = new Scalar(EPSILON);
    Scalar first = new Scalar(1 - MEAN_DECAY);
    Scalar second = new Scalar(1 - SQUARE_DECAY);
    Scalar decay = new Scalar(SQUARE_DECAY);
    int[] count = {inputs.ints("count")[0]};
    return () -> {
      count[0]++;
      double mean = 1 - Math.pow(MEAN_DECAY, count[0]);
      double square = Math.sqrt(1 - Math.pow(SQUARE_DECAY, count[0]));
      m.lerp_(phi, first);
      v.mul_(decay).addcmul_(phi, phi, second);
      Tensor root = v.sqrt().div_(new Scalar(square)).add_(epsilon);
      return new Tensor[] {x.addcdiv_(m, root, new Scalar(RATE / mean)), m, v};
    };
  }
}
