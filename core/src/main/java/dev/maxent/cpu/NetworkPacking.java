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
    packed.fit((long) plan.packed * shape.networks());
    double nanos = NANOS_PER_PARAMETER * shape.parameters() / (2.0 * plan.layers);
    engine.workers().run(2L * plan.layers * shape.networks(), nanos, task);
    parameters = null;
  }

  private void run(long from, long to, int worker) {
    for (long piece = from; piece < to; piece++) {
      int network = (int) (piece / (2 * plan.layers));
      int part = (int) (piece % (2 * plan.layers));
      int layer = part % plan.layers;
      long at = (long) network * plan.packed;
      if (part < plan.layers) {
        packForward(network, layer, at);
      } else if (backward && (layer > 0 || toInputs)) {
        loops.pack(
            parameters,
            byteOf(network, plan.shape.weights(layer)),
            plan.shape.width(layer + 1),
            plan.shape.width(layer),
            packed,
            at + plan.backward[layer]);
      }
    }
  }

  private long byteOf(int network, int parameter) {
    return ((long) network * plan.shape.parameters() + parameter) * Float.BYTES;
  }

  private void packForward(int network, int layer, long at) {
    NetworkShape shape = plan.shape;
    int in = shape.width(layer);
    int out = shape.width(layer + 1);
    long weights = byteOf(network, shape.weights(layer));
    if (plan.isNarrow(layer)) {
      for (int o = 0; o < out; o++) {
        long to = at + plan.forward[layer] + (long) o * Product.padded(in);
        packed.load(parameters, weights + (long) o * in * Float.BYTES, to, in);
      }
    } else {
      loops.packTransposed(parameters, weights, out, in, packed, at + plan.forward[layer]);
    }
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
