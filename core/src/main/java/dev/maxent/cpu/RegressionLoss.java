package dev.maxent.cpu;

import dev.maxent.kernel.Loss;
import dev.maxent.kernel.RegressionBatch;

/** Errors of outputs, their loss and its gradient, for a tile of rows. */
final class RegressionLoss {
  private final FloatView targets;
  private final FloatView weights;
  private final FloatView errors;
  private boolean shared;
  private float limit;

  /** Σ w ℓ(e) of each chunk of each network. */
  double[] parts = new double[0];

  RegressionLoss(boolean onHeap) {
    targets = new FloatView(!onHeap);
    weights = new FloatView(!onHeap);
    errors = new FloatView(!onHeap);
  }

  void place(RegressionBatch batch, Loss loss, int outputs) {
    targets.of(batch.targets());
    weights.of(batch.weights());
    errors.of(batch.errors());
    shared = batch.targets().length() == (long) batch.inputs().batch() * outputs;
    limit = loss instanceof Loss.Huber huber ? (float) huber.delta() : Float.POSITIVE_INFINITY;
  }

  boolean wantsErrors() {
    return errors.isThere();
  }

  /** Errors of some rows of a network, to where they are wanted. */
  void storeErrors(
      Floats from, long index, int outputs, int network, int row, int batch, int rows) {
    long to = ((long) network * batch + row) * outputs;
    from.store(index, errors.segment(), to * Float.BYTES, (long) rows * outputs);
  }

  /** Targets of some rows of some networks, to vectors, and what else the lanes' loss is told. */
  void toLanes(
      LaneLoss to, LaneLoops lanes, int outputs, int network, int row, int batch, int networks) {
    long at = (long) row * outputs * Float.BYTES;
    int count = to.rows * outputs;
    if (shared) {
      lanes.spread(targets.segment(), at, count, to.targetsAt);
    } else {
      long step = (long) batch * outputs * Float.BYTES;
      lanes.gather(targets.segment(), network * step + at, step, networks, count, to.targetsAt);
    }
    to.outputs = outputs;
    to.weightsAt = weights.isThere() ? weights.address(row) : 0;
    to.share = share(batch, outputs);
    to.limit = limit;
  }

  private static float share(int batch, int outputs) {
    return (float) (1.0 / ((double) batch * outputs));
  }

  void fit(long count) {
    if (parts.length < count) {
      parts = new double[Math.toIntExact(count)];
    }
  }

  void clear() {
    targets.of(null);
    weights.of(null);
    errors.of(null);
  }

  /**
   * δ of the outputs, and the errors if they are wanted.
   *
   * @param units where outputs and δ lie
   * @param output index of the first output
   * @param delta index of its δ
   * @param rowStep floats from row to row
   * @return Σ w ℓ(e) of these rows
   */
  double delta(
      Floats units,
      long output,
      long delta,
      int rowStep,
      int outputs,
      int network,
      int row,
      int batch,
      int count) {
    float share = share(batch, outputs);
    double sum = 0;
    long own = (long) network * batch;
    for (int r = 0; r < count; r++) {
      float weight = weights.isThere() ? weights.get(row + r) : 1;
      float scale = weight * share;
      for (int o = 0; o < outputs; o++) {
        long at = (own + row + r) * outputs + o;
        long from = shared ? (long) (row + r) * outputs + o : at;
        long unit = (long) r * rowStep + o;
        float error = units.get(output + unit) - targets.get(from);
        if (errors.isThere()) {
          errors.set(at, error);
        }
        float size = Math.abs(error);
        boolean beyond = size > limit;
        float slope = beyond ? Math.copySign(limit, error) : error;
        units.set(delta + unit, slope * scale);
        double cost = beyond ? limit * (size - 0.5 * limit) : 0.5 * error * error;
        sum += weight * cost;
      }
    }
    return sum;
  }
}
