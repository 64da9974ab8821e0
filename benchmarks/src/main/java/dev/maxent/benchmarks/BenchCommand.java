package dev.maxent.benchmarks;

import dev.maxent.backend.Backends;
import dev.maxent.workload.KernelCases;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maxent bench}: JMH, with its own arguments. */
@Command(
    name = "bench",
    description = {
      "Runs the JMH benchmarks; arguments are JMH's own. Stops at a benchmark that throws (-foe"
          + " true).",
      "For example: maxent bench KernelBenchmark -p backend=cpu -prof gc (bench -h for all)"
    })
final class BenchCommand implements Callable<Integer> {
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "show this; -h shows JMH's options")
  private boolean help;

  @Parameters(arity = "0..*", paramLabel = "JMH-ARGUMENT", description = "passed through")
  private List<String> arguments = List.of();

  BenchCommand() {}

  @Override
  public Integer call() throws IOException {
    List<String> passed = new ArrayList<>(arguments);
    try {
      // JMH would exit with 1 for a wrong option; parsing it first gives this command's own code.
      CommandLineOptions options = new CommandLineOptions(passed.toArray(String[]::new));
      check(options);
      if (!options.shouldFailOnError().hasValue()) {
        passed.addAll(List.of("-foe", "true")); // else it exits with 0 although a benchmark threw
      }
    } catch (CommandLineOptionException wrong) {
      throw new InputException("JMH: " + wrong.getMessage(), wrong);
    }
    // Forks inherit this JVM's options, and so the modules that the launcher adds.
    org.openjdk.jmh.Main.main(passed.toArray(String[]::new));
    return Main.OK;
  }

  /** JMH would only say that the benchmark threw, after a minute. */
  private static void check(CommandLineOptions options) {
    for (String name : options.getParameter("caseName").orElse(List.of())) {
      if (KernelCases.all().stream().noneMatch(known -> known.name().equals(name))) {
        throw InputException.argument("-p caseName", name, "a case as compare names it");
      }
    }
    for (String id : options.getParameter("backend").orElse(List.of())) {
      String kind = id.split(":", -1)[0];
      if (Backends.list().stream().noneMatch(known -> known.id().split(":", -1)[0].equals(kind))) {
        throw InputException.argument("-p backend", id, "a backend as doctor lists it");
      }
    }
  }
}
