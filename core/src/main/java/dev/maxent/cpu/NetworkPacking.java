package dev.maxent.cpu;

import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.MemorySegment;

/** Packs the parameters of networks as the products want them; once per call. */
final class NetworkPacking implements AutoCloseable {
  private static final double NANOS_PER_PARAMETER = 0.3;
  private final CpuEngine engine;
  private final NetworkLoops loops;
  private final Workers.Task task = this::run;

  /** Behind each other the packed parameters of all networks. */
  final Floats packed;

  private NetworkPlan plan;
  private MemorySegment parameters;
  private boolean backward;
  private boolean toInputs;

  NetworkPacking(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops().network();
    packed = new Floats(loops.onHeap());
  }

  /** What a forward pass needs, and a backward pass too, to the inputs or only to their layer. */
  void pack(NetworkPlan newPlan, MemorySegment newParameters, boolean back, boolean inputs) {
    plan = newPlan;
    parameters = newParameters;
    backward = back;
    toInputs = inputs;
    NetworkShape shape = plan.shape;
    packed.fit(plan.packed * shape.networks());
    int blocks = plan.blocks[plan.layers - 1];
    double nanos = NANOS_PER_PARAMETER * shape.parameters() / blocks;
    engine.workers().run((long) blocks * shape.networks(), nanos, task);
    parameters = null;
  }

  private void run(long from, long to, int worker) {
    int blocks = plan.blocks[plan.layers - 1];
    for (long piece = from; piece < to; piece++) {
      int network = (int) (piece / blocks);
      int block = (int) (piece % blocks);
      int layer = 0;
      while (block >= plan.blocks[layer]) {
        layer++;
      }
      int before = layer == 0 ? 0 : plan.blocks[layer - 1];
      int first = (block - before) * NetworkLoops.BLOCK;
      int end = Math.min(plan.shape.width(layer + 1), first + NetworkLoops.BLOCK);
      pack(network, layer, first, end);
    }
  }

  private void pack(int network, int layer, int first, int end) {
    NetworkShape shape = plan.shape;
    int in = shape.width(layer);
    int out = shape.width(layer + 1);
    long at = (long) network * plan.packed;
    long weights = byteOf(network, shape.weights(layer));
    if (first == 0) {
      packVectors(network, layer, at);
    }
    if (plan.isNarrow(layer)) {
      for (int o = first; o < end; o++) {
        long to = at + plan.forward[layer] + (long) o * Product.padded(in);
        packed.load(parameters, weights + (long) o * in * Float.BYTES, to, in);
      }
    } else {
      long to = at + plan.forward[layer];
      loops.packTransposed(parameters, weights, out, in, first, end, packed, to);
    }
    if (backward && (layer > 0 || toInputs)) {
      long to = at + plan.backward[layer];
      loops.pack(parameters, weights, out, in, first, end, packed, to);
    }
  }

  private long byteOf(int network, int parameter) {
    return ((long) network * plan.shape.parameters() + parameter) * Float.BYTES;
  }

  private void packVectors(int network, int layer, long at) {
    NetworkShape shape = plan.shape;
    int out = shape.width(layer + 1);
    packed.load(parameters, byteOf(network, shape.bias(layer)), at + plan.bias[layer], out);
    if (shape.isNormalised(layer)) {
      packed.load(parameters, byteOf(network, shape.gain(layer)), at + plan.gain[layer], out);
      packed.load(parameters, byteOf(network, shape.shift(layer)), at + plan.shift[layer], out);
    }
    if (layer == 0) {
      for (int i = 0; i < plan.zeros; i++) {
        packed.set(at + i, 0);
      }
    }
  }

  @Override
  public void close() {
    packed.close();
  }
}
