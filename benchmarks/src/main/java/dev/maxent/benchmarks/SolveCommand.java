package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.environment.TabularMdp;
import dev.maxent.learn.SoftQIteration;
import dev.maxent.learn.SoftQIteration.Settings;
import dev.maxent.learn.SoftQIteration.Solution;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code maxent solve}: the soft-optimal values and policy of a transition table. */
@Command(
    name = "solve",
    description = "Solves a transition table by soft value or policy iteration.",
    mixinStandardHelpOptions = true)
final class SolveCommand implements Callable<Integer> {
  /** Tables up to this many states are printed state by state. */
  private static final int SMALL = 32;

  /** Which iteration. */
  enum Method {
    VALUE,
    POLICY
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "frozen-lake-8x8",
      description = {
        "CSV with the columns state,action,next_state,probability,reward,terminated, or",
        "frozen-lake-4x4, frozen-lake-8x8, cliff-walking, taxi-v4 (default ${DEFAULT-VALUE})"
      })
  private String file;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      defaultValue = "0.99",
      description = "discount, from 0 to 1 (default ${DEFAULT-VALUE})")
  private double gamma;

  @Option(
      names = "--temperature",
      paramLabel = "A",
      defaultValue = "0.1",
      description = "weight of entropy, 0 is ordinary value iteration (default ${DEFAULT-VALUE})")
  private double temperature;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "1e-10",
      description = "bound on the error of V to reach, 0 or more (default ${DEFAULT-VALUE})")
  private double tolerance;

  @Option(
      names = "--backend",
      paramLabel = "B",
      description = "which backend (default: the fastest, see maxent doctor)")
  private String backendId;

  @Option(names = "--output", paramLabel = "CSV", description = "write values and policy there")
  private Path output;

  @Option(
      names = "--method",
      paramLabel = "value|policy",
      defaultValue = "VALUE",
      description = "soft value or soft policy iteration (default value)")
  private Method method;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "give up after that many backups (default ${DEFAULT-VALUE})")
  private int maxIterations;

  @Option(
      names = "--grid",
      paramLabel = "RxC",
      description = "draw states as rows x columns, actions 0 left, 1 down, 2 right, 3 up")
  private String gridText;

  SolveCommand() {}

  @Override
  public Integer call() throws IOException {
    Settings settings = settings();
    if (output != null) {
      AtomicFile.check("--output", output);
    }
    BundledTables.Table table = BundledTables.read(file);
    Optional<BundledTables.Grid> grid = grid(table);
    PrintWriter out = spec.commandLine().getOut();
    try (Backend backend = backendId == null ? Backends.best() : Backends.open(backendId)) {
      out.println(summary(table, backend));
      long start = System.nanoTime();
      Solution solution =
          method == Method.POLICY
              ? SoftQIteration.policyIteration(backend, table.mdp(), settings)
              : SoftQIteration.valueIteration(backend, table.mdp(), settings);
      double seconds = (System.nanoTime() - start) * 1e-9;
      print(out, table.mdp(), solution, seconds, grid);
      if (output != null) {
        AtomicFile.write(output, writer -> SolutionCsv.write(solution, writer));
        out.println("wrote " + output);
      }
    }
    return Main.OK;
  }

  private Settings settings() {
    argument("--gamma", gamma, gamma >= 0 && gamma <= 1, "a number from 0 to 1");
    boolean finite = temperature >= 0 && temperature <= Float.MAX_VALUE;
    argument("--temperature", temperature, finite, "0 or more, and finite");
    boolean reachable = tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY;
    argument("--tolerance", tolerance, reachable, "0 or more, and finite");
    argument("--max-iterations", maxIterations, maxIterations > 0, "1 or more");
    return Settings.of(gamma, temperature)
        .withTolerance(tolerance)
        .withMaxIterations(maxIterations);
  }

  private static void argument(String name, Object value, boolean good, String expected) {
    if (!good) {
      throw InputException.argument(name, value, expected);
    }
  }

  private Optional<BundledTables.Grid> grid(BundledTables.Table table) {
    if (gridText == null) {
      return table.grid();
    }
    Matcher size = Pattern.compile("(\\d{1,5})x(\\d{1,5})").matcher(gridText);
    int states = table.mdp().states();
    if (!size.matches()
        || Long.parseLong(size.group(1)) * Long.parseLong(size.group(2)) != states) {
      throw InputException.argument("--grid", gridText, "RxC with R times C = " + states);
    }
    if (table.mdp().actions() != 4) {
      throw InputException.argument(
          "--grid", gridText, "4 actions, the table has " + table.mdp().actions());
    }
    BundledTables.Moves moves =
        table.grid().map(BundledTables.Grid::moves).orElse(BundledTables.Moves.LEFT_DOWN_RIGHT_UP);
    return Optional.of(
        new BundledTables.Grid(
            Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)), moves));
  }

  private String summary(BundledTables.Table table, Backend backend) {
    return String.format(
        Locale.ROOT,
        "%s: %d states x %d actions, %d transitions; gamma %s, temperature %s; soft %s iteration"
            + " on %s",
        table.name(),
        table.mdp().states(),
        table.mdp().actions(),
        table.mdp().transitions(),
        gamma,
        temperature,
        method.name().toLowerCase(Locale.ROOT),
        backend.info().id());
  }

  private void print(
      PrintWriter out,
      TabularMdp mdp,
      Solution solution,
      double seconds,
      Optional<BundledTables.Grid> grid) {
    out.printf(
        Locale.ROOT,
        "%d iterations%s in %.3f s (%.1f us each), residual %.3g%n",
        solution.iterations(),
        method == Method.POLICY ? ", " + solution.improvements() + " improvements" : "",
        seconds,
        1e6 * seconds / solution.iterations(),
        solution.residual());
    out.println(errorLine(solution));
    out.printf(Locale.ROOT, "V(0) = %.10g%n", solution.values()[0]);
    if (grid.isPresent()) {
      out.print(new GridPicture(grid.get(), mdp, solution, unicode()).draw());
    } else if (mdp.states() <= SMALL) {
      TextTable table = new TextTable(0, "state", "value", "greedy action");
      for (int s = 0; s < mdp.states(); s++) {
        int greedy = solution.greedyActions()[s];
        table.add(
            Integer.toString(s),
            String.format(Locale.ROOT, "%.10g", solution.values()[s]),
            greedy < 0 ? "terminal" : Integer.toString(greedy));
      }
      out.print(table);
    }
  }

  private String errorLine(Solution solution) {
    if (gamma == 1) {
      return "with gamma = 1 there is no contraction and so no bound on the error";
    }
    return String.format(
        Locale.ROOT,
        "|V - V*| <= (gamma residual + rounding) / (1 - gamma) = %.3g (rounding of one backup:"
            + " %.3g)%s",
        solution.errorBound(),
        solution.roundingBound(),
        solution.converged()
            ? ""
            : "; rounding on this backend forbids the tolerance " + tolerance);
  }

  private static boolean unicode() {
    return System.out.charset().newEncoder().canEncode("←■");
  }
}
