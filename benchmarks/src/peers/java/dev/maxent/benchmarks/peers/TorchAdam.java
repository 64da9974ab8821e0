package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Adam as {@code torch.optim} writes it for one tensor. */
final class TorchAdam {
  // What the timed cases of the catalogue set.
  private static final double RATE = 1e-3;
  private static final double MEAN_DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  /** Moments of all parameters. */
  final Tensor first;

  final Tensor second;
  private final Scalar epsilon = new Scalar(EPSILON);
  private final Scalar firstRest = new Scalar(1 - MEAN_DECAY);
  private final Scalar secondRest = new Scalar(1 - SQUARE_DECAY);
  private final Scalar decay = new Scalar(SQUARE_DECAY);
  private int taken;

  TorchAdam(Inputs inputs) {
    float[] moment = inputs.reals("firstMoment");
    first = TorchTensors.of(moment, moment.length);
    second = TorchTensors.of(inputs.reals("secondMoment"), moment.length);
    taken = inputs.ints("step")[0];
  }

  /** Begins a step. */
  void next() {
    taken++;
  }

  /** Moves parameters and their moments. */
  void move(Tensor parameters, Tensor gradient, Tensor mean, Tensor square) {
    mean.lerp_(gradient, firstRest);
    square.mul_(decay).addcmul_(gradient, gradient, secondRest);
    double correction = Math.sqrt(1 - Math.pow(SQUARE_DECAY, taken));
    Tensor root = square.sqrt().div_(new Scalar(correction)).add_(epsilon);
    parameters.addcdiv_(mean, root, new Scalar(-RATE / (1 - Math.pow(MEAN_DECAY, taken))));
  }
}
