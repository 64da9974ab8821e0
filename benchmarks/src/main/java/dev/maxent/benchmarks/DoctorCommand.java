package dev.maxent.benchmarks;

import dev.maxent.backend.Availability;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.BackendInfo;
import dev.maxent.backend.Backends;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCase.Purpose;
import dev.maxent.workload.KernelCases;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code maxent doctor}: every backend, available or why not, and whether it computes rightly. */
@Command(
    name = "doctor",
    description = "Lists every backend, or why it is not available, and checks its results.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  DoctorCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(Machine.here().banner());
    boolean passed = true;
    try (Backend reference = Backends.open("reference")) {
      for (BackendCandidate candidate : Backends.list()) {
        out.println();
        switch (candidate.availability()) {
          case Availability.Unavailable(String reason, String remedy) -> {
            out.println(candidate.id() + ": not available");
            out.println("  reason    " + reason);
            out.println("  remedy    " + remedy);
          }
          case Availability.Available() -> passed &= examine(out, reference, candidate);
        }
      }
    }
    return passed ? Main.OK : Main.FAILED;
  }

  private static boolean examine(PrintWriter out, Backend reference, BackendCandidate candidate) {
    out.println(candidate.id() + ": available");
    try (Backend backend = Backends.open(candidate.id())) {
      describe(out, backend.info());
      return check(out, reference, backend);
    } catch (BackendException failure) {
      out.println("  FAILED    " + failure.getMessage());
      return false;
    }
  }

  private static void describe(PrintWriter out, BackendInfo info) {
    fact(out, "device", info.device());
    fact(out, "driver", info.driver());
    fact(out, "units", Integer.toString(info.computeUnits()));
    fact(
        out,
        "memory",
        (info.memoryBytes() >> 20)
            + " MB, one array up to "
            + (info.maxAllocationBytes() >> 20)
            + " MB");
    info.details().forEach((name, value) -> fact(out, name, value));
  }

  private static void fact(PrintWriter out, String name, String value) {
    out.printf(Locale.ROOT, "  %-9s %s%n", name, value);
  }

  private static boolean check(PrintWriter out, Backend reference, Backend backend) {
    int passed = 0;
    int unsupported = 0;
    List<String> failures = new ArrayList<>();
    Comparison worst = null;
    for (KernelCase kernelCase : KernelCases.all()) {
      if (kernelCase.purposes().contains(Purpose.DOCTOR)) {
        try {
          Comparison comparison =
              Comparison.run(kernelCase, kernelCase.defaultSeed(), reference, backend);
          if (comparison.passed()) {
            passed++;
          } else {
            failures.add(comparison.message());
          }
          if (worst == null || comparison.worstErrorUlp() > worst.worstErrorUlp()) {
            worst = comparison;
          }
        } catch (UnsupportedOperationException _) {
          unsupported++;
        } catch (RuntimeException failure) {
          failures.add(kernelCase.name() + ": " + failure);
        }
      }
    }
    fact(
        out,
        "parity",
        String.format(
            Locale.ROOT,
            "%d passed, %d failed, %d unsupported%s",
            passed,
            failures.size(),
            unsupported,
            worst == null
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; worst error %.3g ulp of %.3g allowed (%s)",
                    worst.worstErrorUlp(),
                    worst.toleranceUlp(),
                    worst.caseName())));
    failures.forEach(failure -> fact(out, "FAILED", failure));
    return failures.isEmpty();
  }
}
