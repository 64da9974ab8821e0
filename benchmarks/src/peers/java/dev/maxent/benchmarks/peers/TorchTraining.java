package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A regression step as a training loop says it: {@code torch.nn.functional.linear} and {@code
 * relu}, {@code mse_loss}, {@code backward()}, and {@code torch.optim.Adam}. Weights and biases are
 * tensors of their own, as {@code torch.nn} makes them; the flat tensors of {@link TorchNetwork}
 * only give and take them.
 */
final class TorchTraining implements TorchOperation {
  private final TorchNetwork network;
  private final TorchAdam adam;
  private final Tensor targets;
  private final Tensor flatMeans;
  private final Tensor flatSquares;
  private final Tensor[] leaves;
  private final Tensor[] parameters;
  private final Tensor[] means;
  private final Tensor[] squares;
  private final Scalar half = new Scalar(0.5);

  TorchTraining(KernelCase kernelCase, Inputs inputs, TorchAdam.Way way) {
    network = new TorchNetwork(kernelCase, inputs);
    int layers = network.shape.layers();
    targets =
        TorchTensors.of(inputs.reals("targets"), network.batch, (long) network.shape.outputs());
    flatMeans = TorchTensors.flat(inputs, "firstMoment");
    flatSquares = TorchTensors.flat(inputs, "secondMoment");
    parameters = new Tensor[2 * layers];
    means = new Tensor[2 * layers];
    squares = new Tensor[2 * layers];
    leaves = new Tensor[2 * layers];
    for (int i = 0; i < leaves.length; i++) {
      parameters[i] = part(network.flat, i).clone();
      means[i] = part(flatMeans, i).clone();
      squares[i] = part(flatSquares, i).clone();
      leaves[i] = parameters[i].detach().set_requires_grad(true);
    }
    adam = NetworkExpressions.adam(way, inputs, parameters, means, squares);
  }

  /** Weights and biases of a flat tensor in turn, layer by layer. */
  private Tensor part(Tensor of, int i) {
    return i % 2 == 0 ? network.weights(of, i / 2) : network.biases(of, i / 2);
  }

  @Override
  public Tensor[] evaluate() {
    for (Tensor leaf : leaves) {
      leaf.mutable_grad().reset();
    }
    Tensor loss = loss();
    loss.sum().backward();
    Tensor[] gradients = new Tensor[leaves.length];
    for (int i = 0; i < leaves.length; i++) {
      gradients[i] = leaves[i].grad();
    }
    adam.step(gradients);
    return new Tensor[] {loss.detach()};
  }

  /** The names of what {@link #outputs} returns are those of the step by hand. */
  @Override
  public Tensor[] outputs(Tensor[] results) {
    for (int i = 0; i < leaves.length; i++) {
      part(network.flat, i).copy_(parameters[i]);
      part(flatMeans, i).copy_(means[i]);
      part(flatSquares, i).copy_(squares[i]);
    }
    return new Tensor[] {network.flat, flatMeans, flatSquares, results[0]};
  }

  private Tensor loss() {
    int layers = network.shape.layers();
    boolean one = network.shape.networks() == 1;
    Tensor h = network.x;
    for (int l = 0; l < layers; l++) {
      Tensor w = leaves[2 * l];
      Tensor b = leaves[2 * l + 1];
      Tensor z = one ? torch.linear(h, w, b.squeeze(0)) : torch.baddbmm(b, h, w.transpose(-2, -1));
      h = l < layers - 1 ? torch.relu(z) : z;
    }
    return one
        ? torch.mse_loss(h, targets).mul(half)
        : h.sub(targets).square().mean(new long[] {-2, -1}).mul(half);
  }
}
