package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkShape;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients against central differences of losses, in float64. */
class NetworkGradientTest {
  /**
   * With numbers of order 1 the difference is off by h² times a third derivative and by 2⁻⁵³ / h:
   * 10⁻¹⁰ and 10⁻¹¹ for h = 10⁻⁵, times what a few layers multiply them by.
   */
  private static final double H = 1e-5;

  private static final double CLOSE = 1e-8;
  private static final int ROWS = 4;
  private final SplittableRandom random = new SplittableRandom(20);

  @ParameterizedTest
  @EnumSource
  void plain(Activation activation) {
    check(NetworkShape.of(3, 5, 4, 2).activation(activation));
  }

  @ParameterizedTest
  @EnumSource
  void normalised(Activation activation) {
    check(NetworkShape.of(3, 5, 4, 2).activation(activation).layerNorm(true));
  }

  private void check(NetworkShape shape) {
    for (Loss loss : new Loss[] {Loss.squared(), Loss.huber(0.4)}) {
      byParameters(shape, loss, null);
      byParameters(shape, loss, normal(ROWS));
    }
    byInputs(shape);
  }

  private double[] normal(int length) {
    return random.doubles(length, 0, 1).map(_ -> random.nextGaussian()).toArray();
  }

  private void byParameters(NetworkShape shape, Loss loss, double[] weights) {
    double[] p = normal(shape.parameters());
    double[] targets = normal(ROWS * shape.outputs());
    double[][] rows = new double[ROWS][];
    for (int b = 0; b < ROWS; b++) {
      rows[b] = normal(shape.inputs());
    }
    double[] gradient = new Regression(shape, p, rows, targets, weights, loss).gradient();
    for (int i = 0; i < p.length; i++) {
      double[] more = moved(p, i, H);
      double[] less = moved(p, i, -H);
      double difference =
          new Regression(shape, more, rows, targets, weights, loss).loss()
              - new Regression(shape, less, rows, targets, weights, loss).loss();
      assertEquals(difference / (2 * H), gradient[i], CLOSE, shape + " " + loss + " " + i);
    }
  }

  private void byInputs(NetworkShape shape) {
    Perceptron network = new Perceptron(shape, normal(shape.parameters()));
    double[] x = normal(shape.inputs());
    double[] upstream = normal(shape.outputs());
    network.forward(x);
    double[] gradient = network.backward(upstream, new double[shape.parameters()]);
    for (int i = 0; i < x.length; i++) {
      double difference =
          dot(upstream, network.forward(moved(x, i, H)))
              - dot(upstream, network.forward(moved(x, i, -H)));
      assertEquals(difference / (2 * H), gradient[i], CLOSE, shape + " input " + i);
    }
  }

  private static double[] moved(double[] values, int index, double by) {
    double[] copy = values.clone();
    copy[index] += by;
    return copy;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
