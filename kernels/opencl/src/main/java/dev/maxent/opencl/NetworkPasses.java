package dev.maxent.opencl;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RegressionBatch;

/** Forward and backward pass by network.cl and network_norm.cl, a launch per layer. */
final class NetworkPasses {
  /** As in network.cl. */
  private static final int IDENTITY = 0;

  private final OpenClQueue queue;
  private final NetworkScratch scratch;
  private final int group;
  private final int tileRows;
  private final int tileColumns;

  /** Work-items that share a row's norm, as in network_norm.cl. */
  private final int normLanes;

  NetworkPasses(OpenClQueue queue, NetworkScratch scratch) {
    this.queue = queue;
    this.scratch = scratch;
    boolean single = queue.tuning().single();
    group = single ? 1 : queue.tuning().group();
    int side = 16;
    while (side > 1 && side * side > group) {
      side /= 2;
    }
    tileRows = single ? 8 : group / side * 4;
    tileColumns = single ? 16 : side * 4;
    normLanes = single ? 1 : Math.min(32, group);
  }

  int group() {
    return group;
  }

  KernelCall kernel(Source source, String name) {
    return queue.kernel(source, name, "", group).begin();
  }

  /** Work-groups of all tiles of a matrix. */
  private long tiles(long rows, long columns) {
    return (rows + tileRows - 1) / tileRows * ((columns + tileColumns - 1) / tileColumns);
  }

  /** Outputs, and in scratch what the backward pass needs. */
  void forward(Network network, NetworkInputs inputs, DeviceMemory outputs) {
    NetworkShape shape = network.shape();
    hidden(network, inputs);
    KernelCall call = layer(network, inputs, shape.layers() - 1).int32(IDENTITY);
    call.memory(outputs).array(null).int32(0).array(null).int32(0).int32(0).array(null);
    run(call.int32(0).array(null).float32(0).float32(0).array(null), network, inputs.batch());
  }

  /** Errors, the loss's terms and the gradient by the outputs, which goes to the last deltas. */
  void learn(Network network, RegressionBatch batch, Loss loss) {
    NetworkShape shape = network.shape();
    NetworkInputs inputs = batch.inputs();
    hidden(network, inputs);
    int each = inputs.batch() * shape.outputs();
    KernelCall call = layer(network, inputs, shape.layers() - 1).int32(IDENTITY);
    call.array(null).memory(scratch.deltas(shape.layers())).int32(1);
    bindLoss(call, batch, loss, each).memory(scratch.terms());
    run(call, network, inputs.batch());
  }

  /** Targets and what errors cost; a network has so many terms. */
  static KernelCall bindLoss(KernelCall call, RegressionBatch batch, Loss loss, int each) {
    boolean shared = batch.targets().length() == each;
    float delta = loss instanceof Loss.Huber huber ? (float) huber.delta() : 0;
    return call.array(batch.targets())
        .int32(shared ? 0 : each)
        .int32(batch.weights() == null ? 0 : 1)
        .array(batch.weights())
        .int32(batch.errors() == null ? 0 : 1)
        .array(batch.errors())
        .float32(delta)
        .float32((float) (1.0 / each));
  }

  private void run(KernelCall call, Network network, int batch) {
    NetworkShape shape = network.shape();
    call.run(shape.networks() * tiles(batch, shape.outputs()));
  }

  /** All but the last layer, to scratch. */
  void hidden(Network network, NetworkInputs inputs) {
    NetworkShape shape = network.shape();
    int batch = inputs.batch();
    scratch.forward(shape, batch);
    for (int l = 0; l < shape.layers() - 1; l++) {
      boolean norm = shape.isNormalised(l);
      KernelCall call = layer(network, inputs, l);
      call.int32(norm ? IDENTITY : code(shape.activation()));
      call.memory(norm ? scratch.normal(l) : scratch.sums(l)).memory(scratch.units(l)).int32(0);
      call.array(null).int32(0).int32(0).array(null).int32(0).array(null).float32(0).float32(0);
      call.array(null).run(shape.networks() * tiles(batch, shape.width(l + 1)));
      if (norm) {
        kernel(Source.NETWORK_NORM, "norm_forward")
            .array(network.parameters())
            .int32(shape.parameters())
            .int32(shape.gain(l))
            .int32(shape.shift(l))
            .int64((long) shape.networks() * batch)
            .int32(batch)
            .int32(shape.width(l + 1))
            .int32(code(shape.activation()))
            .memory(scratch.normal(l))
            .memory(scratch.deviations(l))
            .memory(scratch.sums(l))
            .memory(scratch.units(l))
            .runOver((long) shape.networks() * batch * normLanes);
      }
    }
  }

  /** The activation in network_activations.cl. */
  static int code(Activation activation) {
    return switch (activation) {
      case IDENTITY -> IDENTITY;
      case RELU -> 1;
      case TANH -> 2;
      case SILU -> 3;
      case GELU -> 4;
    };
  }

  /** The arguments that every layer has. */
  private KernelCall layer(Network network, NetworkInputs inputs, int l) {
    NetworkShape shape = network.shape();
    KernelCall call = below(kernel(Source.NETWORK, "layer_forward"), shape, inputs, l);
    return numbers(call, network, inputs.batch(), l);
  }

  /** What a layer reads, and the step from network to network. */
  private KernelCall below(KernelCall call, NetworkShape shape, NetworkInputs inputs, int l) {
    int each = inputs.batch() * shape.width(l);
    if (l == 0) {
      return call.array(inputs.array()).int32(inputs.isShared() ? 0 : each);
    }
    // Without an activation the units are the sums.
    boolean sums = code(shape.activation()) == IDENTITY;
    return call.memory(sums ? scratch.sums(l - 1) : scratch.units(l - 1)).int32(each);
  }

  private static KernelCall numbers(KernelCall call, Network network, int batch, int l) {
    NetworkShape shape = network.shape();
    return call.array(network.parameters())
        .int32(shape.parameters())
        .int32(shape.weights(l))
        .int32(shape.bias(l))
        .int32(batch)
        .int32(shape.width(l))
        .int32(shape.width(l + 1));
  }

  /**
   * Parts of the gradient by the parameters, and the one by the inputs.
   *
   * @param top gradient by the outputs
   * @param learns whether the parameters' is wanted
   * @param inputGradient out, or null
   */
  void backward(
      Network network,
      NetworkInputs inputs,
      DeviceMemory top,
      boolean learns,
      DeviceMemory inputGradient) {
    NetworkShape shape = network.shape();
    int batch = inputs.batch();
    int splits = scratch.splits();
    DeviceMemory deltas = top;
    for (int l = shape.layers() - 1; l >= 0; l--) {
      int in = shape.width(l);
      int out = shape.width(l + 1);
      DeviceMemory to = l > 0 ? scratch.deltas(l) : inputGradient;
      long learning = learns ? (long) shape.networks() * splits * tiles(out, in + 1L) : 0;
      long rest = to == null ? 0 : shape.networks() * tiles(batch, in);
      KernelCall call = kernel(Source.NETWORK, "layer_backward").memory(deltas);
      numbers(below(call, shape, inputs, l), network, batch, l);
      call.int32(shape.networks()).int32((batch + splits - 1) / splits);
      call.int32(Math.toIntExact(learning));
      call.memory(learns ? scratch.parts() : queue.nothing());
      call.int32(l > 0 ? code(shape.activation()) : IDENTITY);
      call.memory(l > 0 ? scratch.sums(l - 1) : queue.nothing());
      call.memory(to == null ? queue.nothing() : to).run(learning + rest);
      if (l > 0 && shape.isNormalised(l - 1)) {
        throughNorm(network, batch, l - 1, to, learns);
      }
      deltas = to;
    }
  }

  private void throughNorm(Network network, int batch, int l, DeviceMemory deltas, boolean learns) {
    NetworkShape shape = network.shape();
    int width = shape.width(l + 1);
    if (learns) {
      kernel(Source.NETWORK_NORM, "norm_gradients")
          .memory(deltas)
          .memory(scratch.normal(l))
          .int32(shape.parameters())
          .int32(shape.gain(l))
          .int32(shape.shift(l))
          .int32(shape.networks())
          .int32(batch)
          .int32(width)
          .int32(scratch.splits())
          .memory(scratch.parts())
          .runOver((long) shape.networks() * scratch.splits() * width);
    }
    kernel(Source.NETWORK_NORM, "norm_backward")
        .array(network.parameters())
        .int32(shape.parameters())
        .int32(shape.gain(l))
        .int64((long) shape.networks() * batch)
        .int32(batch)
        .int32(width)
        .memory(scratch.normal(l))
        .memory(scratch.deviations(l))
        .memory(deltas)
        .runOver((long) shape.networks() * batch * normLanes);
  }
}
