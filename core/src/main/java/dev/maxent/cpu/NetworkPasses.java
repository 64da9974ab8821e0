package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Forward and backward passes over a batch. A worker takes a tile of rows of one network through
 * all layers and back, so that its units stay in the cache. Gradients by the parameters are summed
 * per chunk of the batch; the number of chunks depends on the shapes only.
 */
final class NetworkPasses implements AutoCloseable {
  /** About what a multiply-add and what a row takes, to decide whether another thread pays. */
  private static final double NANOS_PER_FLOP = 0.011;

  private static final double NANOS_PER_ROW = 10;

  /**
   * What it takes that one core reads a float which another has written: of a network whose batch
   * is split, parameters go to each thread and its gradient comes back.
   */
  private static final double NANOS_PER_SHARED_FLOAT = 0.8;

  private static final int MOST_PLANS = 64;
  private final CpuEngine engine;
  private final NetworkLoops loops;
  private final NetworkPacking packing;
  private final NetworkTile[] tiles;
  private final Workers.Task forward = this::forward;
  private final Workers.Task backward = this::backward;
  private final RegressionLoss loss;

  /** Gradients, chunk by chunk of each network. */
  private final Floats sums;

  private final List<NetworkPlan> plans = new ArrayList<>();
  private NetworkPlan plan;
  private MemorySegment inputs;
  private boolean shared;
  private int batch;
  private int chunks;
  private MemorySegment outputs;
  private MemorySegment upstream;
  private boolean toParameters;
  private MemorySegment inputGradient;

  NetworkPasses(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops().network();
    packing = new NetworkPacking(engine);
    loss = new RegressionLoss(loops.onHeap());
    sums = new Floats(loops.onHeap());
    tiles = new NetworkTile[engine.threads()];
    for (int i = 0; i < tiles.length; i++) {
      tiles[i] = new NetworkTile(loops, engine.block(i));
    }
  }

  /** The plan for a shape; those of the shapes that were seen last are kept. */
  NetworkPlan plan(NetworkShape shape) {
    for (int i = plans.size() - 1; i >= 0; i--) {
      if (plans.get(i).shape.equals(shape)) {
        if (i < plans.size() - 1) {
          plans.add(plans.remove(i));
        }
        return plans.getLast();
      }
    }
    if (plans.size() == MOST_PLANS) {
      plans.removeFirst();
    }
    plans.add(new NetworkPlan(shape));
    return plans.getLast();
  }

  Floats sums() {
    return sums;
  }

  /** Chunks of the batch in the last pass, each with a gradient of its own. */
  int chunks() {
    return chunks;
  }

  RegressionLoss loss() {
    return loss;
  }

  private void place(Network network, NetworkInputs x) {
    plan = plan(network.shape());
    inputs = SoftTask.segment(x.array());
    shared = x.isShared();
    batch = x.batch();
  }

  private void clear() {
    inputs = null;
    outputs = null;
    upstream = null;
    inputGradient = null;
  }

  void forward(Network network, NetworkInputs x, DeviceArray y) {
    place(network, x);
    outputs = SoftTask.segment(y);
    packing.pack(plan, SoftTask.segment(network.parameters()), false, false);
    long pieces = tilesOf(batch) * plan.shape.networks();
    engine
        .workers()
        .run(pieces, worth(pieces, nanos(tileRows(), 1), (double) plan.packed), forward);
    clear();
  }

  /** Rows of a tile of a forward pass: fewer where there would be too few tiles. */
  private int tileRows() {
    int most = plan.tileRows;
    return batch >= 4 * most ? most : Math.min(most, 32);
  }

  private long tilesOf(int rows) {
    return (rows + tileRows() - 1L) / tileRows();
  }

  private double nanos(double rows, int passes) {
    return rows * (passes * plan.flops() * NANOS_PER_FLOP + NANOS_PER_ROW);
  }

  /** Nanoseconds of a piece, or 0 where threads would exchange longer than they save. */
  private double worth(long pieces, double nanos, double floats) {
    double saved = pieces * nanos * (1 - 1.0 / engine.threads());
    return saved > floats * NANOS_PER_SHARED_FLOAT ? nanos : 0;
  }

  private long inputsAt(int network, long row) {
    long first = shared ? 0 : (long) network * batch;
    return (first + row) * plan.shape.inputs() * Float.BYTES;
  }

  private void forward(long from, long to, int worker) {
    NetworkTile tile = tiles[worker];
    long each = tilesOf(batch);
    NetworkShape shape = plan.shape;
    for (long piece = from; piece < to; piece++) {
      int network = (int) (piece / each);
      long row = piece % each * tileRows();
      int count = (int) Math.min(tileRows(), batch - row);
      tile.place(plan, packing.packed, (long) network * plan.packed);
      tile.forward(inputs, inputsAt(network, row), count);
      long at = ((long) network * batch + row) * shape.outputs() * Float.BYTES;
      int stride = Product.stride(shape.outputs());
      loops.sumParts(
          tile.units, tile.output(0, 0), 1, 0, count, shape.outputs(), stride, outputs, at);
    }
  }

  /** Back from a given gradient; sums are left in chunks. */
  void backward(
      Network network, NetworkInputs x, DeviceArray dy, boolean parameters, DeviceArray dx) {
    place(network, x);
    upstream = SoftTask.segment(dy);
    toParameters = parameters;
    inputGradient = dx == null ? null : SoftTask.segment(dx);
    backward(network);
  }

  /** Back from a loss; sums are left in chunks, and its parts in {@link #loss}. */
  void regress(Network network, NetworkInputs x) {
    place(network, x);
    upstream = null;
    toParameters = true;
    inputGradient = null;
    loss.fit((long) plan.chunks(batch) * plan.shape.networks());
    backward(network);
  }

  private void backward(Network network) {
    chunks = plan.chunks(batch);
    packing.pack(plan, SoftTask.segment(network.parameters()), true, inputGradient != null);
    long pieces = (long) chunks * plan.shape.networks();
    if (toParameters) {
      sums.fit(pieces * plan.gradient);
    }
    double moved = (double) plan.packed + (toParameters ? plan.gradient : 0);
    engine.workers().run(pieces, worth(pieces, nanos((double) batch / chunks, 3), moved), backward);
    clear();
  }

  /** First row of a chunk, a multiple of the rows that products take together. */
  private int firstRow(int chunk) {
    return chunk == chunks
        ? batch
        : (int) ((long) batch * chunk / chunks / Product.GROUP * Product.GROUP);
  }

  private void backward(long from, long to, int worker) {
    for (long piece = from; piece < to; piece++) {
      int network = (int) (piece / chunks);
      int chunk = (int) (piece % chunks);
      int first = firstRow(chunk);
      int end = firstRow(chunk + 1);
      int row = first;
      double parts = 0;
      do {
        int count = Math.min(plan.tileRows, end - row);
        parts += backward(network, row, count, piece * plan.gradient, row > first, worker);
        row += plan.tileRows;
      } while (row < end);
      if (upstream == null) {
        loss.parts[(int) piece] = parts;
      }
    }
  }

  private double backward(int network, int row, int count, long gradient, boolean add, int worker) {
    NetworkTile tile = tiles[worker];
    NetworkShape shape = plan.shape;
    tile.place(plan, packing.packed, (long) network * plan.packed);
    tile.forward(inputs, inputsAt(network, row), count);
    double part = 0;
    long outputRow = (long) network * batch + row;
    if (upstream == null) {
      part = tile.delta(loss, network, row, batch, count);
    } else {
      long at = outputRow * shape.outputs() * Float.BYTES;
      loops.load(upstream, at, count, shape.outputs(), tile.units, tile.outputDelta(0, 0));
    }
    tile.backward(count, toParameters ? sums : null, gradient, add, inputGradient != null);
    if (inputGradient != null) {
      int stride = Product.stride(shape.inputs());
      long at = outputRow * shape.inputs() * Float.BYTES;
      loops.sumParts(
          tile.units, tile.inputDelta(), 1, 0, count, shape.inputs(), stride, inputGradient, at);
    }
    return part;
  }

  @Override
  public void close() {
    packing.close();
    sums.close();
    for (NetworkTile tile : tiles) {
      tile.close();
    }
  }
}
