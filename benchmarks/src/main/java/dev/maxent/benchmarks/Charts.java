package dev.maxent.benchmarks;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
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

  /** Pixels of the file to one of a chart, for screens with fine pixels. */
  private static final int SCALE = 2;

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
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16))
        .setChartTitleBoxVisible(false)
        .setChartTitlePadding(9)
        .setLegendPosition(LegendPosition.InsideNE)
        .setLegendPadding(12)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    chart.getStyler().setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    chart.getStyler().setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    return chart;
  }

  /** The content of a file with panels beside each other. */
  static byte[] png(List<XYChart> panels) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      int height = panels.getFirst().getHeight();
      BufferedImage image =
          new BufferedImage(
              SCALE * SIZE * panels.size(), SCALE * height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.scale(SCALE, SCALE);
      // Otherwise ends of short lines move to the middle of pixels, and circles become octagons.
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      for (XYChart panel : panels) {
        panel.paint((Graphics2D) graphics.create(0, 0, SIZE, height), SIZE, height);
        graphics.translate(SIZE, 0);
      }
      graphics.dispose();
      ImageIO.write(image, "png", bytes);
    } catch (LinkageError missing) {
      // A Java without fonts or graphics libraries, as some servers have.
      throw new InputException("--picture: this Java cannot draw: " + missing, missing);
    }
    return bytes.toByteArray();
  }
}
