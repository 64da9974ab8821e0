package dev.maxent.cpu;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.MemorySegment;

/**
 * One worker's scratch for as many networks as a vector has lanes, one to a lane, and their passes
 * over a batch, a few rows at a time. Every number of a network is a vector here; parameters and
 * gradient lie in the order of {@link NetworkShape}.
 */
final class NetworkLanes implements AutoCloseable {
  /** Rows that are taken forward and back together; a multiple of every vector length. */
  private static final int ROWS = 32;

  /** Numbers side by side that products take at a time. */
  private static final int ABREAST = 8;

  private final NetworkLoops loops;
  private final LaneLoops lanes;
  private final int width;
  private final Floats all;
  private final UnitRows rows = new UnitRows();
  private final LaneProduct product = new LaneProduct();
  private final LaneLoss errors = new LaneLoss();
  private NetworkShape shape;
  private int layers;
  private long[] units = new long[0];
  private long[] slopes = new long[0];

  /** Indices of the first float of parameters and gradient; before them a vector of zeros. */
  private long parameters;

  /** Weights with rows and columns exchanged, where parameters have them. */
  private long turned;

  private long gradient;

  /** Room for the widest layer. */
  private long room;

  private long targets;
  private long costs;

  /** Errors in lanes, and then network by network. */
  private long differences;

  private long errorRows;

  NetworkLanes(NetworkLoops loops) {
    this.loops = loops;
    lanes = loops.lanes();
    width = lanes.lanes();
    all = new Floats(loops.onHeap());
  }

  /** Makes room for networks of a shape. */
  void place(NetworkShape newShape) {
    if (newShape.equals(shape)) {
      return;
    }
    // Not before there is room: after a failure the next call must not believe in any.
    shape = null;
    layers = newShape.layers();
    if (slopes.length < layers) {
      units = new long[layers + 1];
      slopes = new long[layers];
    }
    parameters = width;
    gradient = parameters + (long) width * newShape.parameters();
    turned = gradient + (long) width * newShape.parameters();
    long next = turned + (long) width * newShape.parameters();
    for (int l = 0; l <= layers; l++) {
      units[l] = next;
      next += (long) ROWS * width * newShape.width(l);
    }
    for (int l = 0; l < layers; l++) {
      slopes[l] = next;
      next += (long) ROWS * width * newShape.width(l + 1);
    }
    room = next;
    next += (long) ROWS * width * newShape.widest();
    targets = next;
    next += (long) ROWS * width * newShape.outputs();
    differences = next;
    next += (long) ROWS * width * newShape.outputs();
    errorRows = next;
    next += (long) ROWS * width * newShape.outputs();
    costs = next;
    next += width;
    all.fit(next);
    for (int i = 0; i < width; i++) {
      all.set(i, 0);
    }
    rows.in = all;
    rows.sumsIn = all;
    shape = newShape;
  }

  /** Takes parameters of some networks from where they lie network by network. */
  void load(MemorySegment from, int network, int count) {
    long step = 4L * shape.parameters();
    lanes.gather(from, network * step, step, count, shape.parameters(), address(parameters));
    for (int l = 0; l < layers; l++) {
      if (shape.width(l + 1) >= ABREAST) {
        lanes.turn(weights(parameters, l), shape.width(l + 1), shape.width(l), weights(turned, l));
      }
    }
  }

  /** Writes gradients of some networks to where all lie, and Σ g² of each. */
  void store(Floats to, double[] squares, int network, int count) {
    int many = shape.parameters();
    lanes.squares(address(gradient), many, squares, network, count);
    long first = to.address + 4L * network * many;
    lanes.scatter(address(gradient), many, first, 4L * many, count);
  }

  /** Address of a layer's weights among parameters from an index on. */
  private long weights(long first, int l) {
    return address(first + (long) width * shape.weights(l));
  }

  private long address(long index) {
    return all.address + 4 * index;
  }

  /**
   * The gradient of the loss over a batch, and the loss of each network to the loss's parts.
   *
   * @param inputs rows of inputs: shared, or batch by batch of each network
   */
  void regress(
      MemorySegment inputs,
      boolean shared,
      int batch,
      RegressionLoss loss,
      int network,
      int count) {
    for (int row = 0; row < batch; row += ROWS) {
      int many = Math.min(ROWS, batch - row);
      load(inputs, shared, batch, row, many, network, count);
      forward(many);
      differ(loss, network, row, batch, many, count);
      backward(many, row > 0);
    }
  }

  /** The gradient by the outputs, to their place, and the loss of these rows. */
  private void differ(RegressionLoss loss, int network, int row, int batch, int many, int count) {
    errors.rows = many;
    errors.outputsAt = address(units[layers]);
    errors.targetsAt = address(targets);
    errors.deltaAt = errors.outputsAt;
    errors.sumsAt = address(costs);
    errors.errorsAt = address(differences);
    int outputs = shape.outputs();
    loss.toLanes(errors, lanes, outputs, network, row, batch, count);
    lanes.loss(errors);
    for (int e = 0; e < count; e++) {
      double part = all.get(costs + e);
      loss.parts[network + e] = row == 0 ? part : loss.parts[network + e] + part;
    }
    if (loss.wantsErrors()) {
      int step = ROWS * outputs;
      lanes.scatter(errors.errorsAt, many * outputs, address(errorRows), 4L * step, count);
      for (int e = 0; e < count; e++) {
        long from = errorRows + (long) e * step;
        loss.storeErrors(all, from, outputs, network + e, row, batch, many);
      }
    }
  }

  private void load(
      MemorySegment inputs, boolean shared, int batch, int row, int many, int network, int count) {
    int in = shape.inputs();
    if (shared) {
      lanes.spread(inputs, 4L * row * in, many * in, address(units[0]));
      return;
    }
    long step = 4L * batch * in;
    long at = network * step + 4L * row * in;
    lanes.gather(inputs, at, step, count, many * in, address(units[0]));
  }

  private void forward(int many) {
    for (int l = 0; l < layers; l++) {
      int in = shape.width(l);
      int out = shape.width(l + 1);
      long bias = parameters + (long) width * shape.bias(l);
      if (out >= ABREAST) {
        sizes(out, many, in);
        left(weights(turned, l), 1, out);
        right(address(units[l]), 1, in);
        init(address(bias), 1, 0);
        result(address(units[l + 1]), 1, out);
      } else {
        sizes(many, out, in);
        left(address(units[l]), in, 1);
        right(weights(parameters, l), 1, in);
        init(address(bias), 0, 1);
        result(address(units[l + 1]), out, 1);
      }
      product.rectify = activation(l) == Activation.RELU;
      lanes.product(product);
      product.rectify = false;
      if (besidesRelu(l) != Activation.IDENTITY) {
        placeLayer(l, many);
        loops.activate(besidesRelu(l), rows);
      }
    }
  }

  /** A layer's sums have their gradient where its units were, which nothing needs any more then. */
  private void backward(int many, boolean add) {
    for (int l = layers - 1; l >= 0; l--) {
      placeLayer(l, many);
      rows.delta = units[l + 1];
      rows.sums = gradient + (long) width * shape.bias(l);
      rows.add = add;
      loops.multiplySlopes(besidesRelu(l), rows);
      differentiateWeights(l, many, add);
      if (l > 0) {
        differentiateUnits(l, many);
      }
    }
  }

  /** The gradient by a layer's weights, from that by its sums. */
  private void differentiateWeights(int l, int many, boolean add) {
    long sums = address(units[l + 1]);
    int in = shape.width(l);
    int out = shape.width(l + 1);
    long to = weights(gradient, l);
    long from = add ? to : address(0);
    int each = add ? 1 : 0;
    if (out >= ABREAST || in < ABREAST) {
      sizes(out, in, many);
      left(sums, 1, out);
      right(address(units[l]), in, 1);
      init(from, each * in, each);
      result(to, in, 1);
    } else {
      sizes(in, out, many);
      left(address(units[l]), 1, in);
      right(sums, out, 1);
      init(from, each, each * in);
      result(to, 1, in);
    }
    lanes.product(product);
  }

  /** The gradient by the units that go into a layer. */
  private void differentiateUnits(int l, int many) {
    long sums = address(units[l + 1]);
    long to = address(units[l]);
    int in = shape.width(l);
    int out = shape.width(l + 1);
    init(address(0), 0, 0);
    if (in >= ABREAST) {
      sizes(in, many, out);
      left(weights(parameters, l), 1, in);
      right(sums, 1, out);
      result(to, 1, in);
    } else {
      sizes(many, in, out);
      left(sums, out, 1);
      right(weights(parameters, l), in, 1);
      result(to, in, 1);
    }
    product.roomAt = activation(l - 1) == Activation.RELU ? address(room) : 0;
    lanes.product(product);
    product.roomAt = 0;
  }

  private Activation activation(int l) {
    return l < layers - 1 ? shape.activation() : Activation.IDENTITY;
  }

  /** Products see to ReLU and its slopes, on their way from registers to memory. */
  private Activation besidesRelu(int l) {
    return activation(l) == Activation.RELU ? Activation.IDENTITY : activation(l);
  }

  /** A row's units in all lanes are a row to loops that treat each number alike. */
  private void placeLayer(int l, int many) {
    rows.rows = many;
    rows.width = shape.width(l + 1) * width;
    rows.stride = rows.width;
    rows.z = units[l + 1];
    rows.h = units[l + 1];
    rows.slopes = slopes[l];
  }

  private void sizes(int m, int n, int k) {
    product.rows = m;
    product.columns = n;
    product.depth = k;
  }

  /** Steps count vectors: from row to row of A, and from term to term. */
  private void left(long at, int row, int term) {
    product.aAt = at;
    product.aRow = bytes(row);
    product.aStep = bytes(term);
  }

  private void right(long at, int term, int column) {
    product.bAt = at;
    product.bStep = bytes(term);
    product.bColumn = bytes(column);
  }

  private void init(long at, int row, int column) {
    product.initAt = at;
    product.initRow = bytes(row);
    product.initColumn = bytes(column);
  }

  private void result(long at, int row, int column) {
    product.cAt = at;
    product.cRow = bytes(row);
    product.cColumn = bytes(column);
  }

  private long bytes(int vectors) {
    return 4L * width * vectors;
  }

  @Override
  public void close() {
    all.close();
  }
}
