package dev.maxent.benchmarks;

import dev.maxent.benchmarks.SampleCommand.Look;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Particles before and after, side by side, over the density: contours in the plane, a curve and
 * histograms on the line.
 */
final class SamplePicture {
  private static final int CELLS = 260;
  private static final int BINS = 42;
  private static final int CURVE = 400;
  private static final Color PARTICLES = new Color(0xD9, 0x48, 0x01, 0xC0);
  private static final Color BARS = new Color(0xFD, 0xAE, 0x6B);
  private static final Color PALE = new Color(0xC6, 0xDB, 0xEF);

  /** Shares of the highest density, from the outermost contour inwards. */
  private static final double[] LEVELS = {0.02, 0.1, 0.25, 0.45, 0.65, 0.85};

  private SamplePicture() {}

  /** The file's content. */
  static byte[] png(SampleTarget target, Look before, Look after, int steps) throws IOException {
    String start = target + " at the start";
    String end = String.format(Locale.ROOT, "%s after %,d step%s", target, steps, plural(steps));
    return Charts.png(List.of(panel(target, before, start), panel(target, after, end)));
  }

  private static XYChart panel(SampleTarget target, Look look, String when) {
    boolean plane = target.density().dimensions() == 2;
    int height = plane ? Charts.SIZE : Charts.SIZE * 3 / 4;
    String title =
        String.format(Locale.ROOT, "%s: squared discrepancy %.3g", when, look.discrepancy());
    XYChart chart = Charts.panel(height, title, plane ? "x₀" : "x", plane ? "x₁" : "density");
    chart.getStyler().setXAxisMin(target.from(0)).setXAxisMax(target.to(0));
    if (plane) {
      plane(chart, target, look.particles());
    } else {
      line(chart, target, look.particles());
    }
    return chart;
  }

  private static String label(int particles) {
    return String.format(Locale.ROOT, "%,d particle%s", particles, plural(particles));
  }

  private static String plural(int number) {
    return number == 1 ? "" : "s";
  }

  private static void plane(XYChart chart, SampleTarget target, float[] particles) {
    chart.getStyler().setYAxisMin(target.from(1)).setYAxisMax(target.to(1));
    Contours contours = new Contours(target, CELLS);
    double highest = contours.highest();
    for (int i = 0; i < LEVELS.length; i++) {
      double[][] lines = contours.at(LEVELS[i] * highest);
      XYSeries series = chart.addSeries("density " + i, lines[0], lines[1]);
      series.setMarker(SeriesMarkers.NONE).setLineColor(shade(i / (LEVELS.length - 1.0)));
      series.setLineStyle(new BasicStroke(1.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      series.setShowInLegend(i == LEVELS.length / 2).setLabel(levels());
    }
    int n = particles.length / 2;
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = particles[2 * i];
      y[i] = particles[2 * i + 1];
    }
    XYSeries series = chart.addSeries(label(n), x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(PARTICLES);
    chart.getStyler().setMarkerSize(n > 2000 ? 3 : 6);
  }

  private static String levels() {
    String shares =
        Arrays.stream(LEVELS)
            .mapToObj(level -> Long.toString(Math.round(100 * level)))
            .collect(Collectors.joining(", "));
    return shares + " % of peak density";
  }

  private static Color shade(double share) {
    return new Color(
        mix(PALE.getRed(), Charts.DEEP.getRed(), share),
        mix(PALE.getGreen(), Charts.DEEP.getGreen(), share),
        mix(PALE.getBlue(), Charts.DEEP.getBlue(), share));
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + share * (to - from));
  }

  private static void line(XYChart chart, SampleTarget target, float[] particles) {
    double from = target.from(0);
    double width = (target.to(0) - from) / BINS;
    double[] heights = new double[BINS];
    for (float x : particles) {
      int bin = (int) Math.floor((x - from) / width);
      if (bin >= 0 && bin < BINS) {
        heights[bin] += 1 / (width * particles.length);
      }
    }
    double[] edges = new double[2 * BINS];
    double[] steps = new double[2 * BINS];
    for (int i = 0; i < edges.length; i++) {
      int edge = (i + 1) / 2;
      edges[i] = from + edge * width;
      steps[i] = heights[i / 2];
    }
    XYSeries histogram = chart.addSeries("histogram", edges, steps);
    histogram.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    histogram.setMarker(SeriesMarkers.NONE).setLineStyle(SeriesLines.NONE).setFillColor(BARS);
    histogram.setShowInLegend(false);
    // In the legend an area would be a thin line; a series of one point is a box, and drawn
    // nowhere.
    XYSeries box =
        chart.addSeries(
            label(particles.length) + ", histogram",
            new double[] {from},
            new double[] {Double.NaN});
    box.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    box.setMarker(SeriesMarkers.SQUARE).setMarkerColor(BARS);
    chart.getStyler().setMarkerSize(12);
    double[] x = new double[CURVE + 1];
    double[] density = new double[CURVE + 1];
    for (int i = 0; i <= CURVE; i++) {
      x[i] = from + (target.to(0) - from) * i / CURVE;
      density[i] = target.density().density(x[i]);
    }
    XYSeries curve = chart.addSeries("the density p(x)", x, density);
    curve
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(Charts.DEEP)
        .setLineStyle(new BasicStroke(2.5f));
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(0.5);
    chart.getStyler().setYAxisDecimalPattern("0.0").setYAxisTickMarkSpacingHint(70);
  }
}
