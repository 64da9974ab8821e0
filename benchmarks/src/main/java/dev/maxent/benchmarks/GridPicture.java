package dev.maxent.benchmarks;

import dev.maxent.environment.TabularMdp;
import dev.maxent.learn.SoftQIteration.Solution;
import java.util.Locale;

/** A solution on a grid in characters: an arrow per state for the greedy action, and V. */
final class GridPicture {
  private final BundledTables.Grid grid;
  private final TabularMdp mdp;
  private final Solution solution;
  private final GridMoves moves;
  private final String mark;

  GridPicture(BundledTables.Grid grid, TabularMdp mdp, Solution solution, boolean unicode) {
    this.grid = grid;
    this.mdp = mdp;
    this.solution = solution;
    moves = new GridMoves(grid, mdp, unicode);
    mark = unicode ? "■" : "#";
  }

  /** Cells of one row. */
  private interface Cells {
    String of(int state);
  }

  String draw() {
    String numbers = moves.isNumbered() ? ", a number = an action that goes no one way" : "";
    String end = System.lineSeparator();
    return "greedy actions (%s = the episode ends%s)%s".formatted(mark, numbers, end)
        + table(this::symbol)
        + "values"
        + end
        + table(state -> String.format(Locale.ROOT, "%.3f", solution.values()[state]));
  }

  private String table(Cells cells) {
    TextTable table = new TextTable(0, row(0, cells));
    for (int row = 1; row < grid.rows(); row++) {
      table.add(row(row, cells));
    }
    return table.toString().indent(2);
  }

  private String[] row(int row, Cells cells) {
    String[] texts = new String[grid.columns()];
    for (int column = 0; column < texts.length; column++) {
      texts[column] = cells.of(row * grid.columns() + column);
    }
    return texts;
  }

  private String symbol(int state) {
    int action = solution.greedyActions()[state];
    return mdp.isEnd(state) || action < 0 ? mark : moves.symbol(action);
  }
}
