package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.benchmarks.Result.Status;
import dev.maxent.cpu.CpuProvider;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCase.Purpose;
import dev.maxent.workload.KernelCases;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code maxent compare}: every case on every backend, first whether it is right, then its time.
 */
@Command(
    name = "compare",
    description = "Checks and times every kernel on every available backend.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--quick", description = "only a few cases")
  private boolean quick;

  @Option(
      names = "--backends",
      split = ",",
      paramLabel = "B",
      description = "only these, comma-separated (default: all available but reference)")
  private List<String> backends;

  @Option(
      names = "--cases",
      paramLabel = "GLOB",
      description = "only cases whose name matches, * stands for anything: 'soft-value/*'")
  private String glob;

  @Option(names = "--seed", paramLabel = "N", description = "seed of the inputs (default: by name)")
  private Long seed;

  @Option(names = "--threads", paramLabel = "N", description = "threads of cpu and of peers")
  private Integer threads;

  @Option(names = "--peers", description = "compare with other libraries too")
  private boolean peers;

  @Option(
      names = "--also",
      paramLabel = "FILE",
      description = "show the times of this JSON list too, for example torch_peer.py's")
  private Path also;

  @Option(names = "--json", paramLabel = "FILE", description = "write the results as JSON there")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "write a page to look at there")
  private Path html;

  CompareCommand() {}

  @Override
  public Integer call() throws IOException {
    if (threads != null && (threads < 1 || threads > CpuProvider.MOST_THREADS)) {
      throw InputException.argument("--threads", threads, "1 to " + CpuProvider.MOST_THREADS);
    }
    if (json != null) {
      AtomicFile.check("--json", json);
    }
    if (html != null) {
      AtomicFile.check("--html", html);
    }
    AtomicFile.checkDistinct("--html", html, "--json", json);
    AtomicFile.checkDistinct("--html", html, "--also", also);
    AtomicFile.checkDistinct("--json", json, "--also", also);
    if (backends != null && (backends.isEmpty() || backends.stream().anyMatch(String::isBlank))) {
      throw InputException.argument(
          "--backends", String.join(",", backends), "ids, as doctor lists them");
    }
    OtherTimes others = also == null ? OtherTimes.none() : OtherTimes.read(also);
    List<KernelCase> cases = cases();
    if (threads != null) {
      System.setProperty(CpuProvider.THREADS, Integer.toString(threads));
    }
    Machine machine = Machine.here();
    PrintWriter out = spec.commandLine().getOut();
    try (Backend reference = Backends.open("reference");
        Field field = Field.of(backends == null ? List.of() : backends)) {
      if (peers) {
        field.addPeers(threads == null ? Runtime.getRuntime().availableProcessors() : threads);
      }
      List<String> heading = new ArrayList<>(machine.lines());
      machine.warning().forEach(line -> heading.add("# " + line));
      field.contestants().forEach(c -> c.about().forEach(line -> heading.add("# " + line)));
      field.absent().forEach((id, why) -> heading.add("# absent  " + id + ": " + why));
      heading.forEach(out::println);
      out.flush();
      List<Result> results = compare(cases, reference, field, others);
      // First, so that minutes of measuring are not lost with a full disk.
      print(out, results);
      machine.warning().forEach(out::println);
      if (json != null) {
        AtomicFile.write(json, writer -> JsonReport.write(machine, results, writer));
      }
      if (html != null) {
        AtomicFile.write(html, writer -> HtmlReport.write(heading, results, writer));
      }
      boolean failed = results.stream().anyMatch(result -> result.status() == Status.FAILED);
      return failed ? Main.FAILED : field.isNamedAbsent() ? Main.USAGE : Main.OK;
    }
  }

  private List<KernelCase> cases() {
    Purpose purpose = quick ? Purpose.QUICK : Purpose.BENCHMARK;
    if (glob == null) {
      return KernelCases.of(purpose);
    }
    List<KernelCase> matching = KernelCases.matching(glob);
    List<KernelCase> timed = matching.stream().filter(c -> c.purposes().contains(purpose)).toList();
    if (matching.isEmpty()) {
      throw InputException.argument(
          "--cases",
          glob,
          "a pattern that matches some of "
              + String.join(
                  ", ",
                  KernelCases.all().stream().map(c -> c.family() + "/*").distinct().toList()));
    }
    // A pattern may name cases that are otherwise only checked, such as one that failed a test.
    return timed.isEmpty() ? matching : timed;
  }

  private Progress progress(int cases) {
    return new Progress("compare", cases, spec.commandLine().getErr());
  }

  private List<Result> compare(
      List<KernelCase> cases, Backend reference, Field field, OtherTimes others) {
    OptionalLong chosen = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    Comparing comparing = new Comparing(reference, field.contestants(), chosen);
    List<Result> results = new ArrayList<>();
    try (Progress progress = progress(cases.size())) {
      for (KernelCase kernelCase : cases) {
        progress.step(kernelCase.name());
        List<Result> here = comparing.run(kernelCase);
        results.addAll(here);
        results.addAll(others.of(kernelCase, Comparing.cpuMicros(here)));
        field
            .absent()
            .forEach(
                (id, why) -> results.add(Result.without(kernelCase, id, Status.UNAVAILABLE, why)));
        progress.done();
      }
    }
    return results;
  }

  private static void print(PrintWriter out, List<Result> results) {
    TextTable table =
        new TextTable(
            2, "case", "backend", "status", "us", "rate", "of ceiling", "time/cpu", "error (ulp)");
    for (Result result : results) {
      if (result.status() != Status.UNAVAILABLE) {
        table.add(
            result.kernelCase().name(),
            result.backend(),
            result.status().toString(),
            result.time(),
            result.rate(),
            result.fraction(),
            result.ratio(),
            result.error());
      }
    }
    out.println();
    out.print(table);
    out.println();
    Legend.lines(results).forEach(out::println);
    for (Result result : results) {
      if (result.status() == Status.FAILED) {
        out.println("FAILED " + result.note());
      }
    }
  }
}
