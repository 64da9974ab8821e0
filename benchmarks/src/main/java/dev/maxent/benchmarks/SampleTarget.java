package dev.maxent.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The densities that {@code maxent sample} knows, and from where it samples them. */
final class SampleTarget {
  /** Five Gaussians around the origin, of different weights and widths, from below. */
  static final SampleTarget FIVE_MODES =
      new SampleTarget(
          "five-modes",
          new GaussianMixture(
              new double[] {0.3, 0.2, 0.2, 0.15, 0.15},
              new double[][] {{0, 0}, {2.6, 1.2}, {-2.4, 1.6}, {1.6, -2.2}, {-1.8, -2}},
              new double[] {0.7, 0.8, 0.7, 0.6, 0.8}),
          new double[] {0, -6},
          new double[][] {{-6.5, 6.5}, {-8.5, 4.5}});

  /** Figure 1 of Liu and Wang 2016. */
  static final SampleTarget LIU_WANG =
      new SampleTarget(
          "liu-wang",
          new GaussianMixture(
              new double[] {1 / 3.0, 2 / 3.0}, new double[][] {{-2}, {2}}, new double[] {1, 1}),
          new double[] {-10},
          new double[][] {{-14, 7}});

  /** All of them. */
  static final List<SampleTarget> ALL = List.of(FIVE_MODES, LIU_WANG);

  private final String label;
  private final GaussianMixture density;
  private final double[] start;
  private final double[][] window;

  private SampleTarget(String label, GaussianMixture density, double[] start, double[][] window) {
    this.label = label;
    this.density = density;
    this.start = start;
    this.window = window;
  }

  static SampleTarget of(String label) {
    Optional<SampleTarget> found =
        ALL.stream().filter(target -> target.label.equals(label)).findFirst();
    return found.orElseThrow(() ->
        InputException.argument(
            "--target",
            label,
            ALL.stream().map(SampleTarget::toString).collect(Collectors.joining(" or "))));
  }

  GaussianMixture density() {
    return density;
  }

  /** Where the particles start: the mean of a normal distribution with deviation 1. */
  double[] start() {
    return start.clone();
  }

  /** From where to where a picture goes along an axis. */
  double from(int axis) {
    return window[axis][0];
  }

  /** See {@link #from}. */
  double to(int axis) {
    return window[axis][1];
  }

  @Override
  public String toString() {
    return label;
  }
}
