package dev.maxent.benchmarks;

import dev.maxent.environment.TabularMdp;

/**
 * Where actions go on a grid, found in the table itself, as their order differs among environments:
 * an action's way is its mean displacement over all states, as far as it goes to neighbours. What a
 * slippery action does to either side cancels.
 */
final class GridMoves {
  private static final int[][] WAYS = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}};
  private static final String ARROWS = "←↓→↑";
  private static final String PLAIN = "<v>^";

  private final String[] symbols;
  private final boolean numbered;

  GridMoves(BundledTables.Grid grid, TabularMdp mdp, boolean unicode) {
    symbols = new String[mdp.actions()];
    boolean anyNumber = false;
    for (int action = 0; action < symbols.length; action++) {
      int way = way(grid, mdp, action);
      symbols[action] =
          way < 0 ? Integer.toString(action) : (unicode ? ARROWS : PLAIN).substring(way, way + 1);
      anyNumber |= way < 0;
    }
    numbered = anyNumber;
  }

  /** Index of the way that outweighs what goes across it twice, or −1. */
  private static int way(BundledTables.Grid grid, TabularMdp mdp, int action) {
    double down = 0;
    double right = 0;
    for (int state = 0; state < mdp.states(); state++) {
      for (int[] step : WAYS) {
        int row = state / grid.columns() + step[0];
        int column = state % grid.columns() + step[1];
        if (row >= 0 && row < grid.rows() && column >= 0 && column < grid.columns()) {
          double p = mdp.probability(state, action, row * grid.columns() + column);
          down += p * step[0];
          right += p * step[1];
        }
      }
    }
    if (Math.abs(right) > 2 * Math.abs(down)) {
      return right < 0 ? 0 : 2;
    }
    return Math.abs(down) > 2 * Math.abs(right) ? down > 0 ? 1 : 3 : -1;
  }

  /** An arrow, or the action's number where it goes no one way. */
  String symbol(int action) {
    return symbols[action];
  }

  /** Whether some action has no arrow. */
  boolean isNumbered() {
    return numbered;
  }
}
