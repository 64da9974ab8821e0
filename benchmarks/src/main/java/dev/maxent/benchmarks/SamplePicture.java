package dev.maxent.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Particles before and after, side by side, over the density: contours in the plane, a curve and
 * histograms on the line.
 */
final class SamplePicture {
  private static final int CELLS = 150;
  private static final int BINS = 42;
  private static final int CURVE = 400;
  private static final Color PARTICLES = new Color(0xD9, 0x48, 0x01, 0xC0);
  private static final Color PALE = new Color(0xC6, 0xDB, 0xEF);

  /** Shares of the highest density, from the outermost contour inwards. */
  private static final double[] LEVELS = {0.02, 0.1, 0.25, 0.45, 0.65, 0.85};

  private SamplePicture() {}

  /** The file's content. */
  static byte[] png(SampleTarget target, float[] before, float[] after, int steps)
      throws IOException {
    int count = before.length / target.start().length;
    String start = String.format(Locale.ROOT, "%s: %,d particles at the start", target, count);
    String end = String.format(Locale.ROOT, "%s: after %,d steps", target, steps);
    List<XYChart> panels = List.of(panel(target, before, start), panel(target, after, end));
    return Charts.png(panels);
  }

  private static XYChart panel(SampleTarget target, float[] particles, String title) {
    boolean plane = target.density().dimensions() == 2;
    int height = plane ? Charts.SIZE : Charts.SIZE * 3 / 4;
    XYChart chart = Charts.panel(height, title, plane ? "x₀" : "x", plane ? "x₁" : "density");
    chart.getStyler().setXAxisMin(target.from(0)).setXAxisMax(target.to(0));
    if (plane) {
      plane(chart, target, particles);
    } else {
      line(chart, target, particles);
    }
    return chart;
  }

  private static void plane(XYChart chart, SampleTarget target, float[] particles) {
    chart.getStyler().setYAxisMin(target.from(1)).setYAxisMax(target.to(1));
    Contours contours = new Contours(target, CELLS);
    double highest = contours.highest();
    for (int i = 0; i < LEVELS.length; i++) {
      double[][] lines = contours.at(LEVELS[i] * highest);
      XYSeries series = chart.addSeries("density " + i, lines[0], lines[1]);
      series.setMarker(SeriesMarkers.NONE).setLineColor(shade(i / (LEVELS.length - 1.0)));
      series.setLineStyle(new BasicStroke(1.5f));
      series.setShowInLegend(i == LEVELS.length / 2).setLabel("density");
    }
    int n = particles.length / 2;
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = particles[2 * i];
      y[i] = particles[2 * i + 1];
    }
    XYSeries series = chart.addSeries("particles", x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(PARTICLES);
    chart.getStyler().setMarkerSize(n > 2000 ? 3 : 6);
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
    XYSeries histogram = chart.addSeries("particles", edges, steps);
    histogram.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    histogram.setMarker(SeriesMarkers.NONE).setLineColor(PARTICLES);
    histogram.setLineStyle(new BasicStroke(1)).setFillColor(new Color(0xFD, 0xD0, 0xA2));
    double[] x = new double[CURVE + 1];
    double[] density = new double[CURVE + 1];
    for (int i = 0; i <= CURVE; i++) {
      x[i] = from + (target.to(0) - from) * i / CURVE;
      density[i] = target.density().density(x[i]);
    }
    XYSeries curve = chart.addSeries("density", x, density);
    curve
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(Charts.DEEP)
        .setLineStyle(new BasicStroke(2.5f));
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(0.5);
    chart.getStyler().setYAxisDecimalPattern("0.0").setYAxisTickMarkSpacingHint(70);
  }
}
