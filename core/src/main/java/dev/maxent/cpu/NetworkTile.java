package dev.maxent.cpu;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.MemorySegment;

/** One worker's units of one network for a few rows of a batch, and the passes over them. */
final class NetworkTile implements AutoCloseable {
  private final NetworkLoops loops;
  private final Product product = new Product();
  private final UnitRows rows = new UnitRows();

  /** Units, see {@link NetworkPlan}. */
  final Floats units;

  private NetworkPlan plan;
  private NetworkShape shape;
  private Floats packed;
  private long network;

  /** Which of the two places of δ holds that of the layer at hand. */
  private int now;

  NetworkTile(NetworkLoops loops, Block block) {
    this.loops = loops;
    units = new Floats(loops.onHeap());
    rows.block = block;
  }

  /** Sets the network whose packed parameters begin at an index. */
  void place(NetworkPlan newPlan, Floats newPacked, long index) {
    plan = newPlan;
    shape = newPlan.shape;
    packed = newPacked;
    network = index;
    units.fit(plan.tile);
    rows.in = units;
    rows.given = packed;
  }

  /** Outputs of some rows of inputs, and what {@link #backward} needs if it follows. */
  void forward(MemorySegment inputs, long at, int count) {
    rows.rows = count;
    loops.load(inputs, at, count, shape.inputs(), units, plan.units[0]);
    for (int l = 0; l < plan.layers; l++) {
      Activation activation = plan.activation(l);
      boolean normalised = shape.isNormalised(l);
      boolean floor = activation == Activation.RELU && !normalised && !plan.isNarrow(l);
      if (plan.isNarrow(l)) {
        dots(l, count);
      } else {
        multiply(l, count, floor ? 0 : Float.NEGATIVE_INFINITY);
      }
      placeLayer(l, count);
      if (normalised) {
        loops.normalise(rows);
      }
      if (activation != Activation.IDENTITY && !floor) {
        loops.activate(activation, rows);
      }
    }
  }

  private void placeLayer(int l, int count) {
    int width = shape.width(l + 1);
    rows.rows = count;
    rows.width = width;
    rows.stride = Product.stride(width);
    rows.z = plan.units[l + 1];
    rows.h = plan.units[l + 1];
    rows.slopes = plan.slopes[l];
    rows.normal = plan.normal[l];
    rows.scale = plan.scale[l];
    rows.gain = network + plan.gain[l];
    rows.shift = network + plan.shift[l];
  }

  private void multiply(int l, int count, float floor) {
    product.aIn = units;
    product.a = plan.units[l];
    product.aRow = Product.stride(shape.width(l));
    product.aStep = 1;
    product.rows = count;
    product.bIn = packed;
    product.b = network + plan.forward[l];
    product.bStep = 0;
    product.columns = Product.padded(shape.width(l + 1));
    product.depth = shape.width(l);
    product.initIn = packed;
    product.init = network + plan.bias[l];
    product.initRow = 0;
    product.cIn = units;
    product.c = plan.units[l + 1];
    product.cRow = Product.stride(shape.width(l + 1));
    product.floor = floor;
    loops.product(product);
  }

  /** A layer of few outputs. */
  private void dots(int l, int count) {
    int in = shape.width(l);
    int stride = Product.stride(shape.width(l + 1));
    rows.width = in;
    rows.stride = Product.stride(in);
    for (int first = 0; first < count; first += UnitRows.ROWS) {
      rows.rows = Math.min(UnitRows.ROWS, count - first);
      rows.h = plan.units[l] + (long) first * rows.stride;
      for (int o = 0; o < shape.width(l + 1); o++) {
        rows.vector = network + plan.forward[l] + (long) o * Product.padded(in);
        loops.dot(rows);
        float bias = packed.get(network + plan.bias[l] + o);
        long to = plan.units[l + 1] + (long) first * stride + o;
        for (int r = 0; r < rows.rows; r++) {
          units.set(to + (long) r * stride, rows.block.sum[r] + bias);
        }
      }
    }
  }

  /** Index of an output of a row. */
  long output(int row, int o) {
    return plan.units[plan.layers] + (long) row * Product.stride(shape.outputs()) + o;
  }

  /** Index of its δ, which is set between forward and backward pass. */
  long outputDelta(int row, int o) {
    return plan.delta[0] + (long) row * Product.stride(shape.outputs()) + o;
  }

  /** Sets δ of the outputs of some rows from a loss, and gives their part of it. */
  double delta(RegressionLoss loss, int network, int row, int batch, int count) {
    int outputs = shape.outputs();
    int stride = Product.stride(outputs);
    return loss.delta(
        units, output(0, 0), outputDelta(0, 0), stride, outputs, network, row, batch, count);
  }

  /** Index of the first row of the gradient by the inputs, after the backward pass. */
  long inputDelta() {
    return plan.delta[now];
  }

  /**
   * From δ of the outputs of the rows of the last forward pass.
   *
   * @param count rows
   * @param sums gradients by the parameters, or null if they are not wanted
   * @param at index of this one's
   * @param add whether it is added to
   * @param toInputs whether δ of the inputs is wanted
   */
  void backward(int count, Floats sums, long at, boolean add, boolean toInputs) {
    now = 0;
    for (int l = plan.layers - 1; l >= 0; l--) {
      placeLayer(l, count);
      rows.delta = plan.delta[now];
      rows.sumsIn = sums == null ? units : sums;
      rows.add = sums != null && add;
      boolean normalised = shape.isNormalised(l);
      sumTo(sums, at + (normalised ? plan.shiftSums[l] : plan.biasSums[l]));
      loops.multiplySlopes(plan.activation(l), rows);
      if (normalised) {
        sumTo(sums, at + plan.gainSums[l]);
        loops.unnormalise(rows);
        sumTo(sums, at + plan.biasSums[l]);
        loops.multiplySlopes(Activation.IDENTITY, rows);
      }
      if (sums != null) {
        sumWeights(l, count, sums, at + plan.weightSums[l], add);
      }
      if (l > 0 || toInputs) {
        back(l, count);
        now = 1 - now;
      }
    }
  }

  private void sumTo(Floats sums, long at) {
    rows.sums = sums == null ? plan.unwanted : at;
  }

  private void sumWeights(int l, int count, Floats sums, long at, boolean add) {
    int in = shape.width(l);
    int out = shape.width(l + 1);
    if (plan.isNarrow(l)) {
      rows.h = plan.units[l];
      rows.width = in;
      rows.stride = Product.stride(in);
      rows.deltaStride = Product.stride(out);
      for (int o = 0; o < out; o++) {
        rows.column = o;
        rows.sums = at + (long) o * Product.stride(in);
        loops.sumWeighted(rows);
      }
      return;
    }
    product.aIn = units;
    product.a = plan.delta[now];
    product.aRow = 1;
    product.aStep = Product.stride(out);
    product.rows = out;
    product.bIn = units;
    product.b = plan.units[l];
    product.bStep = Product.stride(in);
    product.columns = Product.padded(in);
    product.depth = count;
    product.initIn = add ? sums : packed;
    product.init = add ? at : network;
    product.initRow = add ? Product.stride(in) : 0;
    product.cIn = sums;
    product.c = at;
    product.cRow = Product.stride(in);
    product.floor = Float.NEGATIVE_INFINITY;
    loops.product(product);
  }

  /** δ of the units before a layer. */
  private void back(int l, int count) {
    product.aIn = units;
    product.a = plan.delta[now];
    product.aRow = Product.stride(shape.width(l + 1));
    product.aStep = 1;
    product.rows = count;
    product.bIn = packed;
    product.b = network + plan.backward[l];
    product.bStep = 0;
    product.columns = Product.padded(shape.width(l));
    product.depth = shape.width(l + 1);
    product.initIn = packed;
    product.init = network;
    product.initRow = 0;
    product.cIn = units;
    product.c = plan.delta[1 - now];
    product.cRow = Product.stride(shape.width(l));
    product.floor = Float.NEGATIVE_INFINITY;
    loops.product(product);
  }

  @Override
  public void close() {
    units.close();
  }
}
