package dev.maxent.learn;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import java.util.List;

/** How well networks predict rows that they do not learn from; weights are not looked at. */
final class Validation {
  private final QNetwork networks;
  private final float[] targets;
  private final double spread;
  private final NetworkInputs inputs;
  private final DeviceArray outputs;

  /** Its arrays are added to those that the caller closes. */
  Validation(QNetwork networks, QRegression.Rows rows, List<DeviceArray> arrays) {
    this.networks = networks;
    NetworkShape shape = networks.shape();
    Backend backend = networks.backend();
    targets = rows.targets().clone();
    DeviceArray x = backend.real(rows.inputs());
    arrays.add(x);
    inputs = NetworkInputs.shared(x, rows.inputs().length / shape.inputs());
    outputs = backend.allocate(ElementType.REAL, (long) shape.networks() * targets.length);
    arrays.add(outputs);
    spread = spread(shape.outputs());
  }

  /** Σ (t − mean t)², each output about its own mean. */
  private double spread(int width) {
    double[] means = new double[width];
    for (int i = 0; i < targets.length; i++) {
      // From the first row on, so that equal targets have no spread.
      means[i % width] += ((double) targets[i] - targets[i % width]) * width / targets.length;
    }
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      double distance = (double) targets[i] - targets[i % width] - means[i % width];
      sum += distance * distance;
    }
    return sum;
  }

  /** Mean squared errors and R² of each network. */
  void measure(double[] error, double[] explained) {
    networks.backend().network().forward(networks.network(), inputs, outputs);
    float[] y = outputs.toFloats();
    for (int e = 0; e < error.length; e++) {
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        double difference = y[e * targets.length + i] - (double) targets[i];
        sum += difference * difference;
      }
      error[e] = sum / targets.length;
      explained[e] = spread > 0 ? 1 - sum / spread : Double.NaN;
    }
  }
}
