package dev.maxent.cpu;

import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import java.lang.foreign.MemorySegment;

/**
 * Regression of many small networks, one to a lane. A worker takes a vector of networks through the
 * whole batch.
 */
final class NetworkLanePasses implements AutoCloseable {
  /** Units of the widest layer; wider networks fill vectors of their own. */
  private static final int WIDEST = 32;

  /** Rows up to which few groups of networks are enough work to share. */
  private static final int MOST_ROWS = 512;

  private static final double NANOS_PER_FLOP = 0.011;
  private final CpuEngine engine;
  private final NetworkLanes[] scratch;
  private final Workers.Task task = this::run;
  private final int lanes;
  private NetworkShape shape;
  private MemorySegment parameters;
  private MemorySegment inputs;
  private boolean shared;
  private int batch;
  private RegressionLoss loss;
  private NetworkUpdate update;

  NetworkLanePasses(CpuEngine engine) {
    this.engine = engine;
    NetworkLoops loops = engine.loops().network();
    lanes = loops.lanes() == null ? 0 : loops.lanes().lanes();
    scratch = new NetworkLanes[lanes == 0 ? 0 : engine.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new NetworkLanes(loops);
    }
  }

  /** Whether networks are small and many enough; depends on shapes and the machine only. */
  boolean suit(NetworkShape networks, int rows) {
    return lanes > 1
        && networks.networks() >= lanes
        && networks.widest() <= WIDEST
        && !networks.layerNorm()
        && rows >= 1
        && rows <= MOST_ROWS;
  }

  /** Makes all room that {@link #regress} needs, so that no network moves if there is none. */
  void place(NetworkShape newShape, RegressionLoss newLoss) {
    shape = newShape;
    newLoss.fit(shape.networks());
    for (NetworkLanes mine : scratch) {
      mine.place(shape);
    }
  }

  /**
   * Leaves each network's loss in the parts of the loss, and its gradient to the update, which goes
   * on with those networks at once, while they are in the worker's cache.
   */
  void regress(Network network, NetworkInputs x, RegressionLoss newLoss, NetworkUpdate newUpdate) {
    parameters = SoftTask.segment(network.parameters());
    inputs = SoftTask.segment(x.array());
    shared = x.isShared();
    batch = x.batch();
    loss = newLoss;
    update = newUpdate;
    double nanos = 6.0 * shape.parameters() * batch * lanes * NANOS_PER_FLOP;
    try {
      engine.workers().run((shape.networks() + lanes - 1) / lanes, nanos, task);
    } finally {
      parameters = null;
      inputs = null;
      loss = null;
      update = null;
    }
  }

  private void run(long from, long to, int worker) {
    NetworkLanes mine = scratch[worker];
    for (long piece = from; piece < to; piece++) {
      int network = Math.toIntExact(piece * lanes);
      int count = Math.min(lanes, shape.networks() - network);
      mine.load(parameters, network, count);
      mine.regress(inputs, shared, batch, loss, network, count);
      mine.store(update.gradients(), update.squares(), network, count);
      update.finish(network, count, worker);
    }
  }

  @Override
  public void close() {
    for (NetworkLanes mine : scratch) {
      mine.close();
    }
  }
}
