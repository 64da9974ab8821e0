package dev.maxent.learn;

import dev.maxent.kernel.NetworkShape;
import java.util.Arrays;
import java.util.Objects;

/**
 * Columns to mean 0 and deviation 1: x ↦ (x − μ) / σ with σ² = 1/n Σ (x − μ)², so that one learning
 * rate suits all. A column whose values are all equal has σ = 1. Sums are float64.
 *
 * <p>A network that was fitted to standardised rows is turned by {@link #fold} into one that takes
 * and gives the original units.
 */
public final class Standardisation {
  private final double[] mean;
  private final double[] deviation;

  private Standardisation(double[] mean, double[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * Takes means and deviations of rows.
   *
   * @param rows rows × width, at least one row, all finite
   * @param width columns, 1 or more
   * @return the standardisation
   * @throws IllegalArgumentException if there are no whole rows or a number is NaN or infinite
   */
  public static Standardisation of(float[] rows, int width) {
    Objects.requireNonNull(rows, "rows");
    if (width < 1) {
      throw new IllegalArgumentException("width = " + width + ": expected 1 or more");
    }
    if (rows.length == 0 || rows.length % width != 0) {
      throw new IllegalArgumentException(
          "rows has length " + rows.length + ": expected whole rows of width " + width);
    }
    int count = rows.length / width;
    double[] mean = new double[width];
    double[] deviation = new double[width];
    for (int i = 0; i < rows.length; i++) {
      if (!Float.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            "rows[" + i + "] = " + rows[i] + ": expected a finite number");
      }
      // From the first row on, so that equal values have their own mean to the last bit.
      mean[i % width] += ((double) rows[i] - rows[i % width]) / count;
    }
    Arrays.setAll(mean, c -> mean[c] + rows[c]);
    for (int i = 0; i < rows.length; i++) {
      double distance = rows[i] - mean[i % width];
      deviation[i % width] += distance * distance / count;
    }
    Arrays.setAll(deviation, c -> deviation[c] > 0 ? Math.sqrt(deviation[c]) : 1);
    return new Standardisation(mean, deviation);
  }

  /**
   * How many columns.
   *
   * @return the width
   */
  public int width() {
    return mean.length;
  }

  /**
   * Standardises rows.
   *
   * @param rows rows × width
   * @return (x − μ) / σ, rounded to float32
   * @throws IllegalArgumentException if there are not whole rows
   */
  public float[] apply(float[] rows) {
    if (rows.length % width() != 0) {
      throw new IllegalArgumentException(
          "rows has length " + rows.length + ": expected whole rows of width " + width());
    }
    float[] result = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int c = i % width();
      result[i] = (float) ((rows[i] - mean[c]) / deviation[c]);
    }
    return result;
  }

  /**
   * Puts standardisations into a network's first and last layer: with W, b of the first, W / σ and
   * b − W μ / σ; of the last, σ W and σ b + μ. The result agrees with the original up to rounding,
   * which grows with |μ| / σ of the inputs.
   *
   * @param networks fitted to standardised inputs and targets
   * @param inputs what the inputs were standardised by
   * @param targets what the targets were standardised by
   * @return networks from original inputs to original targets; the caller closes them
   * @throws IllegalArgumentException if widths differ, or a parameter is not finite or would not be
   *     in float32
   */
  public static QNetwork fold(QNetwork networks, Standardisation inputs, Standardisation targets) {
    NetworkShape shape = networks.shape();
    check("inputs", inputs, shape.inputs());
    check("targets", targets, shape.outputs());
    double[] all = networks.network().parameters().toDoubles();
    int last = shape.layers() - 1;
    for (int e = 0; e < shape.networks(); e++) {
      int base = e * shape.parameters();
      inputs.foldInputs(all, base + shape.weights(0), base + shape.bias(0), shape.width(1));
      targets.foldOutputs(
          all, base + shape.weights(last), base + shape.bias(last), shape.width(last));
    }
    for (int i = 0; i < all.length; i++) {
      if (!(Math.abs(all[i]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "parameter "
                + i
                + " in original units = "
                + all[i]
                + ": expected a number that is finite in float32");
      }
    }
    return QNetwork.of(networks.backend(), shape, all);
  }

  private static void check(String name, Standardisation given, int width) {
    if (given.width() != width) {
      throw new IllegalArgumentException(
          name + " has width " + given.width() + ": expected the networks' " + width);
    }
  }

  private void foldInputs(double[] all, int weights, int bias, int rows) {
    for (int o = 0; o < rows; o++) {
      for (int c = 0; c < width(); c++) {
        int at = weights + o * width() + c;
        all[at] /= deviation[c];
        all[bias + o] -= all[at] * mean[c];
      }
    }
  }

  private void foldOutputs(double[] all, int weights, int bias, int columns) {
    for (int o = 0; o < width(); o++) {
      for (int c = 0; c < columns; c++) {
        all[weights + o * columns + c] *= deviation[o];
      }
      all[bias + o] = all[bias + o] * deviation[o] + mean[o];
    }
  }
}
