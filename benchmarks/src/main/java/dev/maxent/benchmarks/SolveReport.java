package dev.maxent.benchmarks;

import dev.maxent.environment.TabularMdp;
import dev.maxent.learn.NotConvergedException;
import dev.maxent.learn.SoftQIteration.Settings;
import dev.maxent.learn.SoftQIteration.Solution;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** What {@code solve} prints of a solution, with no more digits than are known. */
final class SolveReport {
  /** Tables up to this many states are printed state by state. */
  private static final int SMALL = 32;

  private final TabularMdp mdp;
  private final Settings settings;
  private final Solution solution;

  SolveReport(TabularMdp mdp, Settings settings, Solution solution) {
    this.mdp = mdp;
    this.settings = settings;
    this.solution = solution;
  }

  /**
   * Prints it.
   *
   * @param out where to
   * @param seconds that it took
   * @param grid how states lie, if they do
   * @param hint what to say where only V(0) is printed
   */
  void print(PrintWriter out, double seconds, Optional<BundledTables.Grid> grid, String hint) {
    String improvements =
        solution.improvements() == 0
            ? ""
            : ", " + Words.count(solution.improvements(), "improvement");
    out.printf(
        Locale.ROOT,
        "%s%s in %.3f s, HotSpot's compiling included; residual %.3g%n",
        Words.count(solution.iterations(), "iteration"),
        improvements,
        seconds,
        solution.residual());
    out.println(errorLine());
    out.println("V(0) = " + value(0));
    if (grid.isPresent()) {
      out.print(new GridPicture(grid.get(), mdp, solution, unicode()).draw());
    } else if (mdp.states() <= SMALL) {
      TextTable table = new TextTable(0, "state", "value", "greedy action");
      for (int s = 0; s < mdp.states(); s++) {
        int greedy = solution.greedyActions()[s];
        table.add(
            Integer.toString(s), value(s), greedy < 0 ? "terminal" : Integer.toString(greedy));
      }
      out.print(table);
    } else {
      out.println(hint);
    }
  }

  private String value(int state) {
    double error =
        settings.discount() == 1
            ? Math.max(solution.residual(), solution.roundingBound())
            : solution.errorBound();
    return Words.digits(solution.values()[state], error);
  }

  private String errorLine() {
    if (settings.discount() == 1) {
      return "with gamma = 1 there is no contraction and so no bound on the error";
    }
    // Tolerance 0 asks for what rounding allows.
    boolean missed = !solution.converged() && settings.tolerance() > 0;
    return String.format(
        Locale.ROOT,
        "|V - V*| <= (gamma residual + rounding) / (1 - gamma) = %.3g (rounding of one backup:"
            + " %.3g)%s",
        solution.errorBound(),
        solution.roundingBound(),
        missed
            ? "; rounding on this backend forbids the tolerance "
                + Words.number(settings.tolerance())
            : "");
  }

  private static boolean unicode() {
    return System.out.charset().newEncoder().canEncode("←■");
  }

  /** In the command's terms what {@link NotConvergedException} says in those of the library. */
  static String notConverged(NotConvergedException failure, Settings settings) {
    String advice;
    if (!Double.isFinite(failure.residual())) {
      advice = "the values left the finite numbers: expected a smaller --gamma";
    } else if (settings.discount() < 1) {
      advice = "expected a larger --max-iterations or --tolerance, or a smaller --gamma";
    } else {
      advice =
          "with --gamma 1 values may grow without end: expected a --gamma below 1, or a table whose"
              + " episodes end whatever is done"
              + (settings.temperature() > 0 ? ", or --temperature 0" : "");
    }
    return String.format(
        Locale.ROOT,
        "not converged after %s, residual %.3g: %s",
        Words.count(failure.iterations(), "iteration"),
        failure.residual(),
        advice);
  }
}
