package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A regression step as a training loop says it: {@code torch.nn.functional.linear} and {@code
 * relu}, {@code mse_loss}, {@code backward()}, and Adam tensor by tensor, as {@code
 * torch.optim.Adam} does on CPUs. Leaves share their memory with the flat tensors of {@link
 * TorchNetwork}.
 */
final class TorchTraining {
  private final TorchNetwork network;
  private final TorchAdam adam;
  private final Tensor targets;
  private final Tensor[] leaves;
  private final Tensor[] parameters;
  private final Tensor[] means;
  private final Tensor[] squares;
  private final Scalar half = new Scalar(0.5);

  TorchTraining(KernelCase kernelCase, Inputs inputs) {
    network = new TorchNetwork(kernelCase, inputs);
    adam = new TorchAdam(inputs);
    int layers = network.shape.layers();
    targets =
        TorchTensors.of(inputs.reals("targets"), network.batch, (long) network.shape.outputs());
    parameters = new Tensor[2 * layers];
    means = new Tensor[2 * layers];
    squares = new Tensor[2 * layers];
    leaves = new Tensor[2 * layers];
    for (int l = 0; l < layers; l++) {
      for (int part = 0; part < 2; part++) {
        int i = 2 * l + part;
        parameters[i] = part(network.flat, l, part);
        means[i] = part(adam.first, l, part);
        squares[i] = part(adam.second, l, part);
        leaves[i] = parameters[i].detach().set_requires_grad(true);
      }
    }
  }

  private Tensor part(Tensor of, int layer, int part) {
    return part == 0 ? network.weights(of, layer) : network.biases(of, layer);
  }

  Tensor[] step() {
    for (Tensor leaf : leaves) {
      leaf.mutable_grad().reset();
    }
    Tensor loss = loss();
    loss.sum().backward();
    adam.next();
    for (int i = 0; i < leaves.length; i++) {
      adam.move(parameters[i], leaves[i].grad(), means[i], squares[i]);
    }
    return new Tensor[] {network.flat, adam.first, adam.second, loss.detach()};
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
