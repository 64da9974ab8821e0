package dev.maxent.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Where a density in the plane has a level: short lines by marching squares. */
final class Contours {
  private final double[] x;
  private final double[] y;
  private final double[][] values;

  /** Looks at the density on a grid of so many cells each way. */
  Contours(SampleTarget target, int cells) {
    x = axis(target, 0, cells);
    y = axis(target, 1, cells);
    values = new double[x.length][y.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        values[i][j] = target.density().density(x[i], y[j]);
      }
    }
  }

  private static double[] axis(SampleTarget target, int axis, int cells) {
    double[] points = new double[cells + 1];
    double from = target.from(axis);
    for (int i = 0; i <= cells; i++) {
      points[i] = from + (target.to(axis) - from) * i / cells;
    }
    return points;
  }

  /** The largest density of the grid. */
  double highest() {
    double most = 0;
    for (double[] row : values) {
      for (double value : row) {
        most = Math.max(most, value);
      }
    }
    return most;
  }

  /** x and y of the level's lines, two points each, with NaN between them. */
  double[][] at(double level) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i + 1 < x.length; i++) {
      for (int j = 0; j + 1 < y.length; j++) {
        cell(i, j, level, points);
      }
    }
    double[][] lines = new double[2][points.size()];
    for (int i = 0; i < points.size(); i++) {
      lines[0][i] = points.get(i)[0];
      lines[1][i] = points.get(i)[1];
    }
    return lines;
  }

  /** The level crosses none, two or four of the sides; around a cell they are met pair by pair. */
  private void cell(int i, int j, double level, List<double[]> points) {
    int[][] corners = {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}};
    int met = 0;
    for (int side = 0; side < 4; side++) {
      int[] a = corners[side];
      int[] b = corners[(side + 1) % 4];
      double from = values[a[0]][a[1]] - level;
      double to = values[b[0]][b[1]] - level;
      if (from < 0 != to < 0) {
        double t = from / (from - to);
        points.add(
            new double[] {x[a[0]] + t * (x[b[0]] - x[a[0]]), y[a[1]] + t * (y[b[1]] - y[a[1]])});
        if (++met % 2 == 0) {
          points.add(new double[] {x[i], Double.NaN});
        }
      }
    }
  }
}
