package dev.maxent.benchmarks;

import dev.maxent.backend.BackendException;
import dev.maxent.environment.TableException;
import dev.maxent.learn.NotConvergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The command line. Exit codes: 0 fine, 1 a check failed, 2 wrong usage or bad input; errors of use
 * are one line on standard error.
 */
@Command(
    name = "maxent",
    description =
        "Maximum-entropy reinforcement learning kernels: check, compare, solve, sample, fit.",
    subcommands = {
      DoctorCommand.class,
      SolveCommand.class,
      SampleCommand.class,
      RegressCommand.class,
      CompareCommand.class,
      BenchCommand.class,
      BundleCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {
  /** Everything went well. */
  static final int OK = 0;

  /** A check failed. */
  static final int FAILED = 1;

  /** Wrong usage or bad input. */
  static final int USAGE = 2;

  private static final Map<String, String> EXIT_CODES =
      UsageMessageSpec.keyValuesMap(
          "0:fine",
          "1:a check failed, an iteration or fit did not converge, or output was lost",
          "2:wrong usage or bad input");

  Main() {}

  /**
   * Runs a command and exits.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    // The choice of a backend is logged; one line says it better than java.util.logging's two.
    String format = "java.util.logging.SimpleFormatter.format";
    if (System.getProperty(format) == null) {
      System.setProperty(format, "%5$s%6$s%n");
    }
    StandardOutput output = StandardOutput.install();
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int code = run(out, err, output::isReaderGone, arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs a command in this process.
   *
   * @param out where results go
   * @param err where errors go
   * @param arguments the command and its options
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return run(out, err, () -> false, arguments);
  }

  private static int run(
      PrintWriter out, PrintWriter err, BooleanSupplier readerGone, String... arguments) {
    CommandLine commands = new CommandLine(new Main()).setOut(out).setErr(err);
    // JMH has options of its own, which pass through.
    commands
        .getSubcommands()
        .get("bench")
        .setUnmatchedOptionsArePositionalParams(true)
        .setStopAtPositional(true);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler((problem, _) -> {
      CommandLine at = problem.getCommandLine();
      at.getErr().println(line(at, UsageProblem.line(problem)) + " (see --help)");
      return USAGE;
    });
    commands.setExecutionExceptionHandler((problem, at, _) -> explain(problem, at));
    Stream.concat(Stream.of(commands), commands.getSubcommands().values().stream())
        .forEach(command ->
            command
                .getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("Exit codes:%n")
                .exitCodeList(EXIT_CODES));
    try {
      int code = commands.execute(arguments);
      if (out.checkError() && !readerGone.getAsBoolean()) {
        err.println("maxent: standard output could not be written, what it shows is not complete");
        return code == OK ? FAILED : code;
      }
      return code;
    } catch (OutOfMemoryError full) {
      // What filled the heap was the command's, and is gone.
      err.printf(
          "maxent: %s, with %d MB: expected a smaller task, or more by MAXENT_JAVA_OPTS=-Xmx...%n",
          full.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
      return USAGE;
    }
  }

  private static int explain(Exception problem, CommandLine at) throws Exception {
    return switch (problem) {
      case NotConvergedException failure -> {
        at.getErr().println(line(at, failure.getMessage()));
        yield FAILED;
      }
      case InputException _, TableException _, BackendException _ -> {
        at.getErr().println(line(at, String.valueOf(problem.getMessage())));
        yield USAGE;
      }
      case IOException failure -> {
        at.getErr().println(line(at, Words.problem(failure)));
        yield USAGE;
      }
      default -> throw problem;
    };
  }

  private static String line(CommandLine at, String message) {
    return at.getCommandSpec().qualifiedName() + ": " + message.replaceAll("\\s*\\R\\s*", "; ");
  }

  /** The version for {@code --version}. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"maxent " + Machine.libraryVersion()};
    }
  }
}
