package dev.maxent.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Particles before and after, side by side, over the density: contours in the plane, a curve and
 * histograms on the line. The only class that needs java.desktop.
 */
final class SamplePicture {
  private static final int SIZE = 640;
  private static final int CELLS = 150;
  private static final int BINS = 42;
  private static final int CURVE = 400;
  private static final Color PARTICLES = new Color(0xD9, 0x48, 0x01, 0xC0);
  private static final Color PALE = new Color(0xC6, 0xDB, 0xEF);
  private static final Color DEEP = new Color(0x08, 0x45, 0x94);
  private static final Color GRID = new Color(0xEE, 0xEE, 0xEE);

  /** Shares of the highest density, from the outermost contour inwards. */
  private static final double[] LEVELS = {0.02, 0.1, 0.25, 0.45, 0.65, 0.85};

  static {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private SamplePicture() {}

  /** The file's content. */
  static byte[] png(SampleTarget target, float[] before, float[] after, int steps)
      throws IOException {
    int count = before.length / target.start().length;
    String start = String.format(Locale.ROOT, "%s: %,d particles at the start", target, count);
    String end = String.format(Locale.ROOT, "%s: after %,d steps", target, steps);
    List<XYChart> panels = List.of(panel(target, before, start), panel(target, after, end));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      BitmapEncoder.saveBitmap(panels, 1, panels.size(), bytes, BitmapFormat.PNG);
    } catch (LinkageError missing) {
      // A Java without fonts or graphics libraries, as some servers have.
      throw new InputException("--picture: this Java cannot draw: " + missing, missing);
    }
    return bytes.toByteArray();
  }

  private static XYChart panel(SampleTarget target, float[] particles, String title) {
    boolean plane = target.density().dimensions() == 2;
    XYChart chart =
        new XYChartBuilder()
            .width(SIZE)
            .height(plane ? SIZE : SIZE * 3 / 4)
            .title(title)
            .xAxisTitle(plane ? "x₀" : "x")
            .yAxisTitle(plane ? "x₁" : "density")
            .build();
    chart
        .getStyler()
        .setPlotGridLinesColor(GRID)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderColor(Color.GRAY)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18))
        .setChartTitleBoxVisible(false)
        .setLegendPosition(LegendPosition.InsideNE)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    chart.getStyler().setXAxisMin(target.from(0)).setXAxisMax(target.to(0));
    chart.getStyler().setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    chart.getStyler().setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
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
        mix(PALE.getRed(), DEEP.getRed(), share),
        mix(PALE.getGreen(), DEEP.getGreen(), share),
        mix(PALE.getBlue(), DEEP.getBlue(), share));
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
    curve.setMarker(SeriesMarkers.NONE).setLineColor(DEEP).setLineStyle(new BasicStroke(2.5f));
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(0.5);
    chart.getStyler().setYAxisDecimalPattern("0.0").setYAxisTickMarkSpacingHint(70);
  }
}
