package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Networks: passes, and the regression step with Adam. */
final class NetworkExpressions {
  // What the timed cases of the catalogue set.
  private static final double RATE = 1e-3;
  private static final double MEAN_DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;
  private static final String BACKWARD = "backward by hand (mm into the flat gradient)";
  private static final String ADAM = "Adam in place on the flat tensor";

  private final KernelCase kernelCase;
  private final Inputs inputs;

  private NetworkExpressions(KernelCase kernelCase, Inputs inputs) {
    this.kernelCase = kernelCase;
    this.inputs = inputs;
  }

  /** All ways to write a case; none if PyTorch has no words for it. */
  static List<TorchExpression> of(KernelCase kernelCase, Inputs inputs) {
    NetworkExpressions of = new NetworkExpressions(kernelCase, inputs);
    return switch (kernelCase.operation()) {
      case "forward" ->
          List.of(TorchExpression.of("addmm and relu_ by layer", "outputs", of::forward));
      case "backward" ->
          List.of(
              new TorchExpression(
                  "addmm and relu_ by layer, " + BACKWARD,
                  List.of("parameterGradient", "inputGradient"),
                  of::backward));
      case "regression-step" ->
          List.of(
              new TorchExpression(
                  "addmm and relu_ by layer, " + BACKWARD + ", " + ADAM,
                  List.of("parameters", "firstMoment", "secondMoment", "loss"),
                  of::step));
      case "update" ->
          List.of(
              new TorchExpression(
                  ADAM, List.of("parameters", "firstMoment", "secondMoment"), of::update));
      default -> List.of();
    };
  }

  private TorchOperation forward() {
    TorchNetwork network = new TorchNetwork(kernelCase, inputs);
    return () -> new Tensor[] {network.forward()};
  }

  private TorchOperation backward() {
    TorchNetwork network = new TorchNetwork(kernelCase, inputs);
    Tensor upstream =
        TorchTensors.of(inputs.reals("upstream"), outputs(network, network.shape.networks()));
    return () -> {
      network.forward();
      Tensor byInputs = network.backward(upstream, true);
      return new Tensor[] {network.gradient, byInputs};
    };
  }

  private static long[] outputs(TorchNetwork network, int networks) {
    return networks == 1
        ? new long[] {network.batch, network.shape.outputs()}
        : new long[] {networks, network.batch, network.shape.outputs()};
  }

  private TorchOperation step() {
    TorchNetwork network = new TorchNetwork(kernelCase, inputs);
    Tensor targets = TorchTensors.of(inputs.reals("targets"), outputs(network, 1));
    Adam adam = new Adam(network.flat, network.gradient, inputs);
    Scalar share = new Scalar(1.0 / (network.batch * (double) network.shape.outputs()));
    Scalar half = new Scalar(0.5);
    return () -> {
      Tensor error = network.forward().sub(targets);
      Tensor loss = error.square().mean(new long[] {-2, -1}).mul_(half);
      network.backward(error.mul_(share), false);
      adam.move();
      return new Tensor[] {network.flat, adam.first, adam.second, loss};
    };
  }

  private TorchOperation update() {
    float[] parameters = inputs.reals("parameters");
    Tensor flat = TorchTensors.of(parameters, parameters.length);
    Tensor gradient = TorchTensors.of(inputs.reals("gradient"), parameters.length);
    Adam adam = new Adam(flat, gradient, inputs);
    return () -> {
      adam.move();
      return new Tensor[] {flat, adam.first, adam.second};
    };
  }

  /** As {@code torch.optim} writes it for one tensor. */
  private static final class Adam {
    final Tensor first;
    final Tensor second;
    private final Tensor flat;
    private final Tensor gradient;
    private final Scalar epsilon = new Scalar(EPSILON);
    private final Scalar firstRest = new Scalar(1 - MEAN_DECAY);
    private final Scalar secondRest = new Scalar(1 - SQUARE_DECAY);
    private final Scalar decay = new Scalar(SQUARE_DECAY);
    private int taken;

    Adam(Tensor flat, Tensor gradient, Inputs inputs) {
      this.flat = flat;
      this.gradient = gradient;
      float[] moment = inputs.reals("firstMoment");
      first = TorchTensors.of(moment, moment.length);
      second = TorchTensors.of(inputs.reals("secondMoment"), moment.length);
      taken = inputs.ints("step")[0];
    }

    void move() {
      taken++;
      first.lerp_(gradient, firstRest);
      second.mul_(decay).addcmul_(gradient, gradient, secondRest);
      double square = Math.sqrt(1 - Math.pow(SQUARE_DECAY, taken));
      Tensor root = second.sqrt().div_(new Scalar(square)).add_(epsilon);
      flat.addcdiv_(first, root, new Scalar(-RATE / (1 - Math.pow(MEAN_DECAY, taken))));
    }
  }
}
