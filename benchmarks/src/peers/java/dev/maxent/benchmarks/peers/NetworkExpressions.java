package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Networks: passes, and the regression step with Adam. */
final class NetworkExpressions {
  private static final String BACKWARD = "backward by hand (mm into the flat gradient)";

  // What the timed cases of the catalogue set.
  private static final double RATE = 1e-3;
  private static final double EPSILON = 1e-8;

  /** What a regression step gives. */
  static final List<String> LEARNT = List.of("parameters", "firstMoment", "secondMoment", "loss");

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
          ways(way ->
              new TorchExpression(
                  "addmm and relu_ by layer, " + BACKWARD + ", on all of it " + way.text,
                  LEARNT,
                  () -> of.step(way)));
      case "update" ->
          ways(way ->
              new TorchExpression(
                  way.text,
                  List.of("parameters", "firstMoment", "secondMoment"),
                  () -> of.update(way)));
      default -> List.of();
    };
  }

  private static List<TorchExpression> ways(Function<TorchAdam.Way, TorchExpression> expression) {
    return Arrays.stream(TorchAdam.Way.values()).map(expression).toList();
  }

  /** Adam as the timed cases set it. */
  static TorchAdam adam(
      TorchAdam.Way way, Inputs inputs, Tensor[] parameters, Tensor[] means, Tensor[] squares) {
    return new TorchAdam(way, RATE, EPSILON, inputs.ints("step")[0], parameters, means, squares);
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

  private TorchOperation step(TorchAdam.Way way) {
    TorchNetwork network = new TorchNetwork(kernelCase, inputs);
    Tensor targets = TorchTensors.of(inputs.reals("targets"), outputs(network, 1));
    Scalar share = new Scalar(1.0 / (network.batch * (double) network.shape.outputs()));
    Scalar half = new Scalar(0.5);
    Flat flat = flat(way, network.flat);
    return () -> {
      Tensor error = network.forward().sub(targets);
      Tensor loss = error.square().mean(new long[] {-2, -1}).mul_(half);
      network.backward(error.mul_(share), false);
      flat.adam.step(network.gradient);
      return new Tensor[] {flat.parameters, flat.means, flat.squares, loss};
    };
  }

  private TorchOperation update(TorchAdam.Way way) {
    Flat flat = flat(way, TorchTensors.flat(inputs, "parameters"));
    Tensor gradient = TorchTensors.flat(inputs, "gradient");
    return () -> {
      flat.adam.step(gradient);
      return new Tensor[] {flat.parameters, flat.means, flat.squares};
    };
  }

  /** All parameters as one tensor, with their moments. */
  private record Flat(Tensor parameters, Tensor means, Tensor squares, TorchAdam adam) {}

  private Flat flat(TorchAdam.Way way, Tensor parameters) {
    Tensor means = TorchTensors.flat(inputs, "firstMoment");
    Tensor squares = TorchTensors.flat(inputs, "secondMoment");
    TorchAdam adam =
        adam(way, inputs, new Tensor[] {parameters}, new Tensor[] {means}, new Tensor[] {squares});
    return new Flat(parameters, means, squares, adam);
  }
}
