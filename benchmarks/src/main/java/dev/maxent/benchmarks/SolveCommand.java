package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.learn.NotConvergedException;
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
  /** With γ = 1 there is no bound on an error; this is what the last change may be. */
  private static final double LAST_CHANGE = 1e-10;

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
        "CSV, gzipped or not, with the columns state, action, next_state, probability, reward,"
            + " terminated, or",
        "frozen-lake-4x4, frozen-lake-8x8, cliff-walking, taxi-v4 (default ${DEFAULT-VALUE})"
      })
  private String file;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      defaultValue = "0.99",
      description =
          "discount, from 0 to 1 (default ${DEFAULT-VALUE}); 1 needs a table whose episodes end,"
              + " and often --temperature 0, as entropy would pay for going on for ever")
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
      description =
          "bound on the error of V to reach, 0 or more (default: as exact as the backend allows;"
              + " with --gamma 1, which has no bound, a last change of 1e-10)")
  private Double tolerance;

  @Option(
      names = "--backend",
      paramLabel = "B",
      description =
          "which backend (default: what maxent.backend or MAXENT_BACKEND names; else reference for"
              + " small tables, of (states x actions + transitions) x backups up to 1e8, where"
              + " backups are 32 / (1 - G) but 10000 at most; else the fastest, see maxent doctor)")
  private String backendId;

  @Option(
      names = "--output",
      paramLabel = "CSV",
      description = "write values and policy there, over what is there")
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
      description =
          "draw states as rows x columns; an action's arrow shows where it mostly goes in the"
              + " table")
  private String gridText;

  SolveCommand() {}

  @Override
  public Integer call() throws IOException {
    Settings settings = settings();
    if (output != null) {
      AtomicFile.check("--output", output);
      InputFile.checkDistinct("--output", output, file);
    }
    BundledTables.Table table = BundledTables.read(file);
    Optional<BundledTables.Grid> grid = grid(table);
    PrintWriter out = spec.commandLine().getOut();
    SolveBackend where = SolveBackend.of(backendId, table.mdp(), gamma, maxIterations);
    try (Backend backend = where.backend()) {
      out.println(summary(table, backend) + where.why());
      long start = System.nanoTime();
      Solution solution =
          method == Method.POLICY
              ? SoftQIteration.policyIteration(backend, table.mdp(), settings)
              : SoftQIteration.valueIteration(backend, table.mdp(), settings);
      double seconds = (System.nanoTime() - start) * 1e-9;
      new SolveReport(table.mdp(), settings, solution).print(out, seconds, grid, hint());
      if (output != null) {
        AtomicFile.write(output, writer -> SolutionCsv.write(solution, writer));
        out.println("wrote " + output);
      }
    } catch (NotConvergedException failure) {
      spec.commandLine()
          .getErr()
          .println("maxent solve: " + SolveReport.notConverged(failure, settings));
      return Main.FAILED;
    }
    return Main.OK;
  }

  private String hint() {
    return (output == null ? "--output CSV writes values and policy, " : "")
        + "--grid RxC draws them where states lie in rows and columns";
  }

  private Settings settings() {
    argument("--gamma", gamma, gamma >= 0 && gamma <= 1, "a number from 0 to 1");
    boolean finite = temperature >= 0 && temperature <= Float.MAX_VALUE;
    argument("--temperature", temperature, finite, "0 or more, and finite");
    double reached = tolerance != null ? tolerance : gamma == 1 ? LAST_CHANGE : 0;
    boolean reachable = reached >= 0 && reached < Double.POSITIVE_INFINITY;
    argument("--tolerance", reached, reachable, "0 or more, and finite");
    argument("--max-iterations", maxIterations, maxIterations > 0, "1 or more");
    return Settings.of(gamma, temperature).withTolerance(reached).withMaxIterations(maxIterations);
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
    return Optional.of(
        new BundledTables.Grid(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
  }

  private String summary(BundledTables.Table table, Backend backend) {
    return String.format(
        Locale.ROOT,
        "%s: %s x %s, %s that go on (terminated ones not counted); gamma %s, temperature %s; soft"
            + " %s iteration on %s",
        table.name(),
        Words.count(table.mdp().states(), "state"),
        Words.count(table.mdp().actions(), "action"),
        Words.count(table.mdp().transitions(), "transition"),
        Words.number(gamma),
        Words.number(temperature),
        method.name().toLowerCase(Locale.ROOT),
        backend.info().id());
  }
}
