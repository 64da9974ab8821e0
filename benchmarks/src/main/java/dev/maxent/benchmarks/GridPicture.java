package dev.maxent.benchmarks;

import dev.maxent.environment.TabularMdp;
import dev.maxent.learn.SoftQIteration.Solution;
import java.util.Locale;

/** A solution on a grid in characters: an arrow per state for the greedy action, and V. */
final class GridPicture {
  private final BundledTables.Grid grid;
  private final TabularMdp mdp;
  private final Solution solution;
  private final boolean unicode;

  GridPicture(BundledTables.Grid grid, TabularMdp mdp, Solution solution, boolean unicode) {
    this.grid = grid;
    this.mdp = mdp;
    this.solution = solution;
    this.unicode = unicode;
  }

  String draw() {
    String end = System.lineSeparator();
    StringBuilder text = new StringBuilder();
    String mark = unicode ? "■" : "#";
    text.append("greedy actions (").append(mark).append(" = the episode ends)").append(end);
    for (int row = 0; row < grid.rows(); row++) {
      text.append("  ");
      for (int column = 0; column < grid.columns(); column++) {
        text.append(symbol(row * grid.columns() + column, mark)).append(' ');
      }
      text.append(end);
    }
    text.append("values").append(end);
    TextTable values = new TextTable(0, cells(0));
    for (int row = 1; row < grid.rows(); row++) {
      values.add(cells(row));
    }
    return text.append(values.toString().indent(2)).toString();
  }

  private String symbol(int state, String mark) {
    int action = solution.greedyActions()[state];
    if (mdp.isEnd(state) || action < 0) {
      return mark;
    }
    return String.valueOf(grid.moves().arrow(action, unicode));
  }

  private String[] cells(int row) {
    String[] cells = new String[grid.columns()];
    for (int column = 0; column < cells.length; column++) {
      double value = solution.values()[row * grid.columns() + column];
      cells[column] = String.format(Locale.ROOT, "%.3f", value);
    }
    return cells;
  }
}
