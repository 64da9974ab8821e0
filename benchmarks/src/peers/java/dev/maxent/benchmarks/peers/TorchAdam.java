package dev.maxent.benchmarks.peers;

import java.util.Arrays;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Adam in place, in the two ways of {@code torch.optim} that are quick on CPUs. */
final class TorchAdam {
  // What the timed cases of the catalogue set.
  private static final double MEAN_DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;

  /** How a step is said. */
  enum Way {
    /** Tensor by tensor, several operations each. */
    PLAIN(
        "m.lerp_(g, 1 - b1); v.mul_(b2).addcmul_(g, g, 1 - b2);"
            + " x.addcdiv_(m, v.sqrt().div_(c2).add_(eps), -rate / c1)"),
    /** One pass over all tensors. */
    FUSED("_fused_adam_([x], [g], [m], [v], ...)");

    final String text;

    Way(String text) {
      this.text = text;
    }
  }

  private final Way way;
  private final double rate;
  private final Tensor[] parameters;
  private final Tensor[] means;
  private final Tensor[] squares;
  private final Scalar firstRest = new Scalar(1 - MEAN_DECAY);
  private final Scalar secondRest = new Scalar(1 - SQUARE_DECAY);
  private final Scalar decay = new Scalar(SQUARE_DECAY);
  private final Scalar one = new Scalar(1f);
  private final Scalar epsilon;
  private final Tensor count;
  private final TorchFused fused;

  /** All arguments of the fused operator; the second one, the gradients, anew each step. */
  private final IValue[] arguments;

  private int taken;

  /**
   * Adam on some tensors.
   *
   * @param rate the learning rate; negative to climb
   * @param taken the steps that were taken before
   */
  TorchAdam(
      Way way,
      double rate,
      double epsilon,
      int taken,
      Tensor[] parameters,
      Tensor[] means,
      Tensor[] squares) {
    this.way = way;
    this.rate = rate;
    this.epsilon = new Scalar(epsilon);
    this.taken = taken;
    this.parameters = parameters;
    this.means = means;
    this.squares = squares;
    count = TorchTensors.of(new float[] {taken}, 1);
    if (way == Way.PLAIN) {
      fused = null;
      arguments = new IValue[0];
    } else {
      fused = new TorchFused("aten::_fused_adam_");
      Tensor[] counts = new Tensor[parameters.length];
      Arrays.fill(counts, count);
      arguments =
          new IValue[] {
            fused.list(parameters),
            null,
            fused.list(means),
            fused.list(squares),
            fused.list(), // greatest squares, of AMSGrad
            fused.list(counts),
            new IValue(rate),
            new IValue(MEAN_DECAY),
            new IValue(SQUARE_DECAY),
            new IValue(0.0), // weight decay
            new IValue(epsilon),
            new IValue(false), // AMSGrad
            new IValue(false), // maximise: would keep the mean of -g
            new IValue(), // gradient scale
            new IValue() // whether infinities were found
          };
    }
  }

  /** Moves all parameters and their moments. */
  void step(Tensor... gradients) {
    taken++;
    if (way == Way.FUSED) {
      count.add_(one);
      IValue[] complete = arguments.clone();
      complete[1] = fused.list(gradients);
      fused.call(complete);
      return;
    }
    Scalar correction = new Scalar(Math.sqrt(1 - Math.pow(SQUARE_DECAY, taken)));
    Scalar move = new Scalar(-rate / (1 - Math.pow(MEAN_DECAY, taken)));
    for (int i = 0; i < parameters.length; i++) {
      means[i].lerp_(gradients[i], firstRest);
      squares[i].mul_(decay).addcmul_(gradients[i], gradients[i], secondRest);
      Tensor root = squares[i].sqrt().div_(correction).add_(epsilon);
      parameters[i].addcdiv_(means[i], root, move);
    }
  }
}
