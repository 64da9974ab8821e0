package dev.maxent.reference;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.lang.foreign.ValueLayout;

/**
 * Reads rows of {@link ActionValues} in host memory into a {@link SoftRow}, element by element,
 * with the minimum over heads, the mask and the log-weights. The reference reads every row with it,
 * the cpu backend those that its fast loops do not cover.
 */
public final class RowReader {
  private final SoftRow row = new SoftRow(64);

  /** Makes a reader with its own scratch; not safe for several threads. */
  public RowReader() {}

  /**
   * Reads a row and solves it.
   *
   * @param q arrays of a backend that computes on the host
   * @param alpha the row's temperature
   * @param i the row
   * @return the row, ready for any result, valid until the next call
   */
  public SoftRow solve(ActionValues q, double alpha, long i) {
    row.begin(q.columns());
    for (int k = 0; k < q.columns(); k++) {
      if (q.mask() != null && isZero(q.mask(), shared(q, q.mask(), i, k))) {
        row.exclude(k);
      } else {
        DeviceArray w = q.logWeights();
        row.include(k, minimum(q, i, k), w == null ? 0 : real(w, shared(q, w, i, k)));
      }
    }
    return row.solve(alpha);
  }

  /**
   * The temperature of a row.
   *
   * @param temperature a constant, or in an array in host memory
   * @param i the row
   * @return α, possibly out of range
   */
  public static double alpha(Temperature temperature, long i) {
    if (temperature.array() == null) {
      return temperature.constant();
    }
    return real(temperature.array(), temperature.isPerRow() ? i : 0);
  }

  /** The minimum over the heads; NaN if any is. */
  private static double minimum(ActionValues q, long i, int k) {
    double least = Double.POSITIVE_INFINITY;
    for (int head = 0; head < q.heads(); head++) {
      least = Math.min(least, real(q.q(), head * q.size() + i * q.columns() + k));
    }
    return least;
  }

  private static long shared(ActionValues q, DeviceArray array, long i, int k) {
    return array.length() == q.columns() ? k : i * q.columns() + k;
  }

  /**
   * A real in host memory.
   *
   * @param array where
   * @param index from 0
   * @return the element
   */
  public static double real(DeviceArray array, long index) {
    return ((HostArray) array).real(index);
  }

  private static boolean isZero(DeviceArray array, long index) {
    return ((HostArray) array).segment().get(ValueLayout.JAVA_BYTE, index) == 0;
  }
}
