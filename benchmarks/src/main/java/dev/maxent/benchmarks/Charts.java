package dev.maxent.benchmarks;

import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** How our charts look, and their way into a file. Needs java.desktop. */
final class Charts {
  /** Of one panel, in pixels. */
  static final int SIZE = 640;

  /** What is measured. */
  static final Color WARM = new Color(0xD9, 0x48, 0x01);

  /** What it is measured against. */
  static final Color DEEP = new Color(0x08, 0x45, 0x94);

  private static final Color GRID = new Color(0xEE, 0xEE, 0xEE);

  static {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private Charts() {}

  static XYChart panel(int height, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(SIZE)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
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
    chart.getStyler().setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    chart.getStyler().setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    return chart;
  }

  /** The content of a file with panels beside each other. */
  static byte[] png(List<XYChart> panels) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      BitmapEncoder.saveBitmap(panels, 1, panels.size(), bytes, BitmapFormat.PNG);
    } catch (LinkageError missing) {
      // A Java without fonts or graphics libraries, as some servers have.
      throw new InputException("--picture: this Java cannot draw: " + missing, missing);
    }
    return bytes.toByteArray();
  }
}
