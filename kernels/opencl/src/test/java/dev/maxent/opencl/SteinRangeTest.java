package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stein's kernels at the ends of what the API takes, against the reference: results that float32
 * holds, on the way to which a gradient's factor or a sum would not be.
 */
class SteinRangeTest {
  private static final float[] PLACES = {0, 1, 3, 7};
  private static final float[] SCORES = {1, -1, 0.5f, 2};

  /** The logarithm of a power, up to 127 octaves, rounds by 2⁻¹⁸; and some roundings of terms. */
  private static final double MOST_ERROR = 0x1p-18 * Math.log(2) + 8 * 0x1p-24;

  private static Backend reference;

  /** As the device is, and with groups that share states. */
  private static Backend plain;

  private static Backend shared;

  @BeforeAll
  static void open() {
    Needed.opencl();
    reference = Backends.open("reference");
    OpenClBackend opened = (OpenClBackend) Backends.open("opencl");
    OpenClDevice device = opened.queue().device();
    plain = opened;
    shared = new OpenClBackend(device, new Tuning("gpu", 64, 8, 8, 0, false));
  }

  @AfterAll
  static void close() {
    for (Backend backend : new Backend[] {plain, shared, reference}) {
      if (backend != null) {
        backend.close();
      }
    }
  }

  /**
   * The kernel is RBF where c² is 0. Shared: targets and dimensions that take each of three ways.
   */
  @ParameterizedTest
  @CsvSource({
    "4, 1, 1e-30, -0.5, 1, 1",
    "4, 1, 1e-30, -0.5, 1, 0",
    "4, 1, 1e-20, -1.5, 1, 1",
    "65, 1, 1e-20, -1.5, 1, 1",
    "4, 17, 1e-20, -1.5, 1, 1",
    "4, 1, 0, 0, 1e-38, 2",
  })
  void gradientsBeyondFloat(
      int targets, int dimensions, double offset, double exponent, double h, double alpha) {
    check(targets, dimensions, SCORES, 1, kernel(offset, exponent), h, alpha);
  }

  /** Four scores of 3 · 10³⁸ add up to more than a float holds, their mean does not. */
  @ParameterizedTest
  @CsvSource({"4, 1", "65, 1", "4, 17"})
  void meansOfLargeScores(int targets, int dimensions) {
    float[] large = {3e38f, 3e38f, 3e38f, 3e38f};
    check(targets, dimensions, large, 0.1f, SteinKernel.imq(1, -0.5), 1, 1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1e-38", "0, 0, 5e-39", "1e-30, -0.5, 1", "1e-20, -0.5, 1", "1e-20, -1.5, 1"})
  void discrepancies(double offset, double exponent, double h) {
    float right = discrepancy(reference, kernel(offset, exponent), h);
    float found = discrepancy(plain, kernel(offset, exponent), h);
    assertEquals(right, found, Float.isInfinite(right) ? 0 : MOST_ERROR * Math.abs(right));
  }

  private static SteinKernel kernel(double offset, double exponent) {
    return offset == 0 ? SteinKernel.rbf() : SteinKernel.imq(offset, exponent);
  }

  private static void check(
      int targets,
      int dimensions,
      float[] scores,
      float scale,
      SteinKernel kernel,
      double h,
      double alpha) {
    float[] x = spread(PLACES, 4, dimensions, scale);
    float[] s = spread(scores, 4, dimensions, 1);
    float[] y = spread(PLACES, targets, dimensions, scale);
    float[] right = direction(reference, x, s, y, dimensions, kernel, h, alpha);
    double largest = 0;
    for (float v : right) {
      assertTrue(Float.isFinite(v), "the reference's own result is no float");
      largest = Math.max(largest, Math.abs(v));
    }
    for (Backend tested : new Backend[] {plain, shared}) {
      float[] found = direction(tested, x, s, y, dimensions, kernel, h, alpha);
      for (int i = 0; i < right.length; i++) {
        assertEquals(right[i], found[i], MOST_ERROR * largest, "element " + i);
      }
    }
  }

  /** Rows whose first number is one of four by turns, the others 0. */
  private static float[] spread(float[] numbers, int rows, int dimensions, float scale) {
    float[] all = new float[rows * dimensions];
    for (int i = 0; i < rows; i++) {
      all[i * dimensions] = scale * numbers[i % numbers.length];
    }
    return all;
  }

  private static float[] direction(
      Backend backend,
      float[] x,
      float[] s,
      float[] y,
      int dimensions,
      SteinKernel kernel,
      double h,
      double alpha) {
    try (DeviceArray source = backend.real(x);
        DeviceArray score = backend.real(s);
        DeviceArray target = backend.real(y);
        DeviceArray out = backend.allocate(ElementType.REAL, y.length)) {
      backend
          .stein()
          .direction(
              new Particles(source, 1, x.length / dimensions, dimensions),
              score,
              new Particles(target, 1, y.length / dimensions, dimensions),
              kernel,
              Bandwidth.of(h),
              Temperature.of(alpha),
              out);
      return out.toFloats();
    }
  }

  private static float discrepancy(Backend backend, SteinKernel kernel, double h) {
    try (DeviceArray x = backend.real(PLACES);
        DeviceArray s = backend.real(SCORES);
        DeviceArray out = backend.allocate(ElementType.REAL, 1)) {
      backend.stein().discrepancy(new Particles(x, 1, 4, 1), s, kernel, Bandwidth.of(h), out);
      return out.toFloats()[0];
    }
  }
}
