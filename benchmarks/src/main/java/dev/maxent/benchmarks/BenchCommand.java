package dev.maxent.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
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
  @Parameters(arity = "0..*", paramLabel = "JMH-ARGUMENT", description = "passed through")
  private List<String> arguments = List.of();

  BenchCommand() {}

  @Override
  public Integer call() throws IOException {
    List<String> passed = new ArrayList<>(arguments);
    try {
      // JMH would exit with 1 for a wrong option; parsing it first gives this command's own code.
      CommandLineOptions options = new CommandLineOptions(passed.toArray(String[]::new));
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
}
