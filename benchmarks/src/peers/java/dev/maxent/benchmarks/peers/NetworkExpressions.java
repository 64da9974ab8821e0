package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Networks: passes, and the regression step with Adam. */
final class NetworkExpressions {
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
    TorchAdam adam = new TorchAdam(inputs);
    Scalar share = new Scalar(1.0 / (network.batch * (double) network.shape.outputs()));
    Scalar half = new Scalar(0.5);
    return () -> {
      Tensor error = network.forward().sub(targets);
      Tensor loss = error.square().mean(new long[] {-2, -1}).mul_(half);
      network.backward(error.mul_(share), false);
      adam.next();
      adam.move(network.flat, network.gradient, adam.first, adam.second);
      return new Tensor[] {network.flat, adam.first, adam.second, loss};
    };
  }

  private TorchOperation update() {
    float[] parameters = inputs.reals("parameters");
    Tensor flat = TorchTensors.of(parameters, parameters.length);
    Tensor gradient = TorchTensors.of(inputs.reals("gradient"), parameters.length);
    TorchAdam adam = new TorchAdam(inputs);
    return () -> {
      adam.next();
      adam.move(flat, gradient, adam.first, adam.second);
      return new Tensor[] {flat, adam.first, adam.second};
    };
  }
}
