package dev.maxent.benchmarks.peers;

import dev.maxent.kernel.NetworkShape;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Networks with ReLU as views of one flat tensor, and their passes. The backward pass is written by
 * hand, with its results where Adam wants them: quicker than autograd, which would also copy.
 */
final class TorchNetwork {
  private static final Pattern SIZE =
      Pattern.compile("network/[a-z-]+/(?:\\d+x)?([0-9-]+)(?:/.*)?");

  final NetworkShape shape;
  final int batch;

  /** Parameters, and the gradient in the same order. */
  final Tensor flat;

  final Tensor gradient;
  final Tensor x;
  private final Tensor[] weights;
  private final Tensor[] transposed;
  private final Tensor[] biases;
  private final Tensor[] weightGradients;
  private final Tensor[] biasGradients;

  /** Inputs of each layer in the last forward pass. */
  private final Tensor[] units;

  private static final ScalarTypeOptional ANY = new ScalarTypeOptional();
  private final Scalar zero = new Scalar(0);

  TorchNetwork(KernelCase kernelCase, Inputs inputs) {
    Matcher size = SIZE.matcher(kernelCase.name());
    if (!size.matches()) {
      throw new IllegalStateException(kernelCase.name());
    }
    int[] widths =
        Arrays.stream(size.group(1).split("-", -1)).mapToInt(Integer::parseInt).toArray();
    NetworkShape one = NetworkShape.of(widths);
    float[] parameters = inputs.reals("parameters");
    shape = one.networks(parameters.length / one.parameters());
    float[] given = inputs.reals("x");
    batch = given.length / one.inputs();
    flat = TorchTensors.of(parameters, parameters.length);
    gradient = TorchTensors.of(new float[parameters.length], parameters.length);
    Tensor rows = TorchTensors.of(given, batch, one.inputs());
    int networks = shape.networks();
    x = networks == 1 ? rows : rows.expand(networks, -1, -1);
    int layers = shape.layers();
    weights = new Tensor[layers];
    transposed = new Tensor[layers];
    biases = new Tensor[layers];
    weightGradients = new Tensor[layers];
    biasGradients = new Tensor[layers];
    units = new Tensor[layers + 1];
    for (int l = 0; l < layers; l++) {
      weights[l] = weights(flat, l);
      transposed[l] = weights[l].transpose(-2, -1);
      biases[l] = biases(flat, l);
      weightGradients[l] = weights(gradient, l);
      biasGradients[l] = biases(gradient, l);
    }
  }

  Tensor weights(Tensor of, int layer) {
    long in = shape.width(layer);
    long out = shape.width(layer + 1);
    return view(of, shape.weights(layer), out, in, in);
  }

  Tensor biases(Tensor of, int layer) {
    long out = shape.width(layer + 1);
    return view(of, shape.bias(layer), 1, out, out);
  }

  private Tensor view(Tensor of, long offset, long rows, long columns, long step) {
    LongOptional at = new LongOptional(offset);
    return shape.networks() == 1
        ? of.as_strided(new long[] {rows, columns}, new long[] {step, 1}, at)
        : of.as_strided(
            new long[] {shape.networks(), rows, columns},
            new long[] {shape.parameters(), step, 1},
            at);
  }

  Tensor forward() {
    units[0] = x;
    for (int l = 0; l < shape.layers(); l++) {
      Tensor z =
          shape.networks() == 1
              ? torch.addmm(biases[l], units[l], transposed[l])
              : torch.baddbmm(biases[l], units[l], transposed[l]);
      units[l + 1] = l < shape.layers() - 1 ? z.relu_() : z;
    }
    return units[shape.layers()];
  }

  /** After {@link #forward}, from the gradient by the outputs; that by the inputs if wanted. */
  Tensor backward(Tensor upstream, boolean toInputs) {
    Tensor delta = upstream;
    for (int l = shape.layers() - 1; l >= 0; l--) {
      if (shape.networks() == 1) {
        torch.mm_out(weightGradients[l], delta.t(), units[l]);
      } else {
        torch.bmm_out(weightGradients[l], delta.transpose(-2, -1), units[l]);
      }
      biasGradients[l].copy_(delta.sum(new long[] {-2}, true, ANY));
      if (l > 0 || toInputs) {
        delta = shape.networks() == 1 ? torch.mm(delta, weights[l]) : torch.bmm(delta, weights[l]);
      }
      if (l > 0) {
        delta = torch.threshold_backward(delta, units[l], zero);
      }
    }
    return delta;
  }
}
