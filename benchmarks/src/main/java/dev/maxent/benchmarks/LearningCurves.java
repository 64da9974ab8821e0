package dev.maxent.benchmarks;

import dev.maxent.learn.QRegression.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves side by side: squared errors over steps, on a logarithmic axis. */
final class LearningCurves {
  /** A loss is half the squared error; targets are standardised. */
  private static final Height MINIBATCH = point -> 2 * point.loss()[0];

  private static final Height HELD_OUT = point -> point.error()[0];

  private LearningCurves() {}

  /** A fit's name and what was seen of it. */
  record Curve(String name, List<Point> points) {
    Point last() {
      return points.getLast();
    }
  }

  /** The file's content; the panels share their axes. */
  static byte[] png(String data, List<Curve> curves) throws IOException {
    double least =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .flatMapToDouble(p -> DoubleStream.of(MINIBATCH.of(p), HELD_OUT.of(p)))
            .filter(LearningCurves::isDrawn)
            .min()
            .orElse(1);
    List<XYChart> panels = new ArrayList<>();
    for (Curve curve : curves) {
      panels.add(panel(data, curve, from(least)));
    }
    return Charts.png(panels);
  }

  /** A round number below, at most 0.1, so that an axis that goes on to 1 has two labels. */
  private static double from(double least) {
    double decade = Math.pow(10, Math.floor(Math.log10(least)));
    double share = least / decade;
    return Math.min(0.1, decade * (share >= 5 ? 5 : share >= 2 ? 2 : 1));
  }

  private static XYChart panel(String data, Curve curve, double from) {
    double explained = curve.last().explained()[0];
    String quality =
        Double.isNaN(explained)
            ? "which does not vary"
            : String.format(Locale.ROOT, "R² %.4g", explained);
    String title = data.replace(" (bundled)", "") + ": " + curve.name() + ", " + quality;
    XYChart chart =
        Charts.panel(Charts.SIZE * 3 / 4, title, "step", "squared error / variance of targets");
    chart.getStyler().setYAxisLogarithmic(true).setXAxisTickMarkSpacingHint(80).setYAxisMin(from);
    // Where all points are equally far apart XChart labels multiples of that, else round numbers.
    int last = curve.last().step();
    chart
        .addSeries("none", new double[] {0, 0.3 * last, last}, new double[] {1, 1, 1})
        .setMarker(SeriesMarkers.NONE)
        .setLineStyle(SeriesLines.NONE)
        .setShowInLegend(false);
    add(chart, "minibatch", curve, MINIBATCH, Charts.WARM, 1.2f);
    add(chart, "held out", curve, HELD_OUT, Charts.DEEP, 2.5f);
    return chart;
  }

  /** What of a point is drawn. */
  private interface Height {
    double of(Point point);
  }

  /** A logarithm of 0 has no place. */
  private static boolean isDrawn(double height) {
    return height > 0 && height < Double.POSITIVE_INFINITY;
  }

  private static void add(
      XYChart chart, String name, Curve curve, Height height, Color color, float width) {
    List<Point> points =
        curve.points().stream().filter(point -> isDrawn(height.of(point))).toList();
    if (points.isEmpty()) {
      return;
    }
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(Point::step).toArray(),
            points.stream().mapToDouble(height::of).toArray());
    series.setMarker(SeriesMarkers.NONE).setLineColor(color).setLineStyle(new BasicStroke(width));
  }
}
