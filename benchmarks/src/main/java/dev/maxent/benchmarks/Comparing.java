package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.benchmarks.Contestant.Entry;
import dev.maxent.benchmarks.Contestant.Verdict;
import dev.maxent.benchmarks.Result.Status;
import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Runs one case on all contestants: first whether they are right, then how long they take. */
final class Comparing {
  private final Backend reference;
  private final List<Contestant> contestants;
  private final OptionalLong seed;

  Comparing(Backend reference, List<Contestant> contestants, OptionalLong seed) {
    this.reference = reference;
    this.contestants = contestants;
    this.seed = seed;
  }

  List<Result> run(KernelCase kernelCase) {
    long caseSeed = seed.orElse(kernelCase.defaultSeed());
    Inputs inputs = kernelCase.source().inputs(caseSeed);
    Map<Contestant, Result> results = new LinkedHashMap<>();
    Map<Contestant, Entry> entries = new LinkedHashMap<>();
    try {
      try (Session right = kernelCase.open(reference, inputs)) {
        right.run();
        for (Contestant contestant : contestants) {
          results.put(contestant, check(contestant, kernelCase, caseSeed, inputs, right, entries));
        }
      }
      time(results, entries);
    } finally {
      entries.values().forEach(Entry::close);
    }
    double cpu =
        results.values().stream()
            .filter(result -> result.backend().equals("cpu"))
            .mapToDouble(Result::medianMicros)
            .findFirst()
            .orElse(Double.NaN);
    return results.values().stream().map(result -> result.against(cpu)).toList();
  }

  private static Result check(
      Contestant contestant,
      KernelCase kernelCase,
      long seed,
      Inputs inputs,
      Session right,
      Map<Contestant, Entry> entries) {
    try {
      Entry entry = contestant.open(kernelCase, inputs);
      entries.put(contestant, entry);
      entry.run();
      entry.finish();
      Verdict verdict = entry.verify(kernelCase, seed, inputs, right);
      double no = Double.NaN;
      return new Result(
          kernelCase,
          contestant.id(),
          verdict.passed() ? Status.PASSED : Status.FAILED,
          verdict.worstErrorUlp(),
          verdict.toleranceUlp(),
          no,
          no,
          null,
          no,
          verdict.passed() ? "" : verdict.message());
    } catch (UnsupportedOperationException missing) {
      return Result.without(
          kernelCase, contestant.id(), Status.UNSUPPORTED, String.valueOf(missing.getMessage()));
    } catch (RuntimeException failure) {
      return Result.without(kernelCase, contestant.id(), Status.FAILED, failure.toString());
    }
  }

  /** Times those that passed, taking turns. */
  private static void time(Map<Contestant, Result> results, Map<Contestant, Entry> entries) {
    Map<Contestant, Sampler> samplers = new LinkedHashMap<>();
    results.forEach((contestant, result) -> {
      if (result.status() == Status.PASSED) {
        samplers.put(contestant, new Sampler(entries.get(contestant)));
      }
    });
    samplers.values().forEach(Sampler::warmUp);
    List<Sampler> running = new ArrayList<>(samplers.values());
    while (!running.isEmpty()) {
      running.forEach(Sampler::sample);
      running.removeIf(Sampler::isDone);
    }
    samplers.forEach((contestant, sampler) ->
        results.compute(
            contestant, (_, result) -> timed(contestant, result, sampler.medianMicros())));
  }

  private static Result timed(Contestant contestant, Result result, double micros) {
    double fraction = Double.NaN;
    Ceilings.Limit limit = null;
    if (contestant.ceilings().isPresent()) {
      Ceilings ceilings = contestant.ceilings().get();
      fraction = ceilings.floorSeconds(result.kernelCase().work()) * 1e6 / micros;
      limit = ceilings.limit(result.kernelCase().work());
    }
    return new Result(
        result.kernelCase(),
        result.backend(),
        result.status(),
        result.worstErrorUlp(),
        result.toleranceUlp(),
        micros,
        fraction,
        limit,
        Double.NaN,
        result.note());
  }
}
