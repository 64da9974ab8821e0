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
   * @param step floats from output to output
   * @return Σ w ℓ(e) of these rows
   */
  double delta(
      Floats units,
      long output,
      long delta,
      int rowStep,
      int step,
      int outputs,
      int network,
      int row,
      int batch,
      int count) {
    float share = (float) (1.0 / ((double) batch * outputs));
    double sum = 0;
    long own = (long) network * batch;
    for (int r = 0; r < count; r++) {
      float weight = weights.isThere() ? weights.get(row + r) : 1;
      float scale = weight * share;
      for (int o = 0; o < outputs; o++) {
        long at = (own + row + r) * outputs + o;
        long from = shared ? (long) (row + r) * outputs + o : at;
        long unit = (long) r * rowStep + (long) o * step;
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
