package dev.maxent.benchmarks;

import dev.maxent.learn.QRegression.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves side by side: squared errors over steps, on a logarithmic axis. */
final class LearningCurves {
  private LearningCurves() {}

  /** A fit's name and what was seen of it. */
  record Curve(String name, List<Point> points) {
    Point last() {
      return points.getLast();
    }
  }

  /** The file's content. */
  static byte[] png(String data, List<Curve> curves) throws IOException {
    List<XYChart> panels = new ArrayList<>();
    for (Curve curve : curves) {
      panels.add(panel(data, curve));
    }
    return Charts.png(panels);
  }

  private static XYChart panel(String data, Curve curve) {
    String title =
        String.format(
            Locale.ROOT,
            "%s: %s, R² %.4f",
            data.replace(" (bundled)", ""),
            curve.name(),
            curve.last().explained()[0]);
    XYChart chart =
        Charts.panel(Charts.SIZE * 3 / 4, title, "step", "squared error / variance of targets");
    chart.getStyler().setYAxisLogarithmic(true).setXAxisTickMarkSpacingHint(120);
    // A loss is half the squared error; targets are standardised.
    add(chart, "minibatch", curve, point -> 2 * point.loss()[0], Charts.WARM, 1.2f);
    add(chart, "held out", curve, point -> point.error()[0], Charts.DEEP, 2.5f);
    return chart;
  }

  /** What of a point is drawn. */
  private interface Height {
    double of(Point point);
  }

  private static void add(
      XYChart chart, String name, Curve curve, Height height, Color color, float width) {
    // A logarithm of 0 has no place.
    List<Point> points =
        curve.points().stream()
            .filter(point -> height.of(point) > 0 && height.of(point) < Double.POSITIVE_INFINITY)
            .toList();
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
