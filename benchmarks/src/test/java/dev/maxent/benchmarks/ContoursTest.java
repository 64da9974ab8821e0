package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ContoursTest {
  private static final SampleTarget TARGET = SampleTarget.FIVE_MODES;
  private static final int CELLS = 130;

  /** A cell of the window of 13 × 13. */
  private static final double SIDE = 0.1;

  @Test
  void linesLieOnTheirLevel() {
    Contours contours = new Contours(TARGET, CELLS);
    double highest = contours.highest();
    assertEquals(TARGET.density().density(0, 0), highest, 1e-12, "the grid has the highest mode");
    for (double share : new double[] {0.02, 0.3, 0.9}) {
      double level = share * highest;
      double[][] lines = contours.at(level);
      assertTrue(lines[0].length > 30, "level " + share);
      for (int i = 0; i < lines[0].length; i += 3) {
        for (int end = i; end < i + 2; end++) {
          double found = TARGET.density().density(lines[0][end], lines[1][end]);
          // Linear interpolation is off by side²/8 of the second derivative, highest/σ² at most.
          assertEquals(level, found, SIDE * SIDE / 8 * highest / 0.36, "level " + share);
        }
        double length = Math.hypot(lines[0][i + 1] - lines[0][i], lines[1][i + 1] - lines[1][i]);
        assertTrue(length <= SIDE * Math.sqrt(2) + 1e-12, "a line leaves its cell");
        assertTrue(Double.isNaN(lines[1][i + 2]), "lines are apart");
      }
    }
    assertEquals(0, contours.at(1.01 * highest)[0].length);
  }
}
