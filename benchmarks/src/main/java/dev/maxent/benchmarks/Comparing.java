package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.benchmarks.Contestant.Entry;
import dev.maxent.benchmarks.Result.Status;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Runs one case on all contestants: first whether they are right, then how long they take, then
 * whether they are still right, since what is timed has been compiled meanwhile.
 */
final class Comparing {
  /**
   * Pause between turns of two contestants: the threads of an OpenMP runtime spin for some 8 ms
   * after a run, and would take the next one's cores.
   */
  private static final long REST_MILLIS = 25;

  private final Backend reference;
  private final List<Contestant> contestants;
  private final OptionalLong seed;

  Comparing(Backend reference, List<Contestant> contestants, OptionalLong seed) {
    this.reference = reference;
    this.contestants = contestants;
    this.seed = seed;
  }

  /** One way of one contestant. */
  private static final class Attempt {
    private final Contestant contestant;
    private final Entry entry;
    private final Sampler sampler;
    private Result result;

    Attempt(Contestant contestant, Entry entry, Result result) {
      this.contestant = contestant;
      this.entry = entry;
      this.result = result;
      sampler = result.status() == Status.PASSED ? new Sampler(entry) : null;
    }

    void close() {
      if (entry != null) {
        entry.close();
      }
    }
  }

  /** One result per contestant, in their order. */
  List<Result> run(KernelCase kernelCase) {
    long caseSeed = seed.orElse(kernelCase.defaultSeed());
    Inputs inputs = kernelCase.source().inputs(caseSeed);
    List<Attempt> attempts = new ArrayList<>();
    try {
      try (Session right = kernelCase.open(reference, inputs)) {
        right.run();
        for (Contestant contestant : contestants) {
          check(contestant, kernelCase, caseSeed, inputs, right, attempts);
        }
        time(attempts);
        for (Contestant contestant : contestants) {
          // In new entries, as those that were timed may have moved on: steps, draws, moments.
          List<Attempt> again = new ArrayList<>();
          try {
            check(contestant, kernelCase, caseSeed, inputs, right, again);
            fail(contestant, attempts, again);
          } finally {
            again.forEach(Attempt::close);
          }
        }
      }
    } finally {
      attempts.forEach(Attempt::close);
    }
    List<Result> results = contestants.stream().map(c -> best(c, attempts)).toList();
    double cpu = cpuMicros(results);
    return results.stream().map(result -> result.against(cpu)).toList();
  }

  /** The median of {@code cpu} among a case's results, NaN if it does not take part. */
  static double cpuMicros(List<Result> results) {
    return results.stream()
        .filter(result -> result.backend().equals("cpu"))
        .mapToDouble(Result::medianMicros)
        .findFirst()
        .orElse(Double.NaN);
  }

  /**
   * The quickest of those that are right, which names the others, or the first if none is. A peer's
   * way may be wrong by the machine: sums in shorter vectors lose more digits.
   */
  private static Result best(Contestant contestant, List<Attempt> attempts) {
    List<Result> own =
        attempts.stream().filter(a -> a.contestant.equals(contestant)).map(a -> a.result).toList();
    List<Result> wrong = own.stream().filter(result -> result.status() != Status.PASSED).toList();
    return own.stream()
        .filter(result -> result.status() == Status.PASSED)
        .min(Comparator.comparingDouble(Result::medianMicros))
        .map(quickest -> quickest.leavingOut(wrong))
        .orElseGet(own::getFirst);
  }

  private static void check(
      Contestant contestant,
      KernelCase kernelCase,
      long seed,
      Inputs inputs,
      Session right,
      List<Attempt> attempts) {
    String id = contestant.id();
    try {
      List<Entry> entries = contestant.open(kernelCase, inputs);
      for (Entry entry : entries) {
        Result result;
        try {
          entry.run();
          entry.finish();
          result =
              Result.checked(kernelCase, id, entry, entry.verify(kernelCase, seed, inputs, right));
        } catch (RuntimeException failure) {
          result = Result.without(kernelCase, id, Status.FAILED, failure.toString());
        }
        attempts.add(new Attempt(contestant, entry, result));
      }
    } catch (UnsupportedOperationException missing) {
      String why = String.valueOf(missing.getMessage());
      Result result = Result.without(kernelCase, id, Status.UNSUPPORTED, why);
      attempts.add(new Attempt(contestant, null, result));
    } catch (RuntimeException failure) {
      Result result = Result.without(kernelCase, id, Status.FAILED, failure.toString());
      attempts.add(new Attempt(contestant, null, result));
    }
  }

  /** Fails what was right at first and is not any more. */
  private static void fail(Contestant contestant, List<Attempt> attempts, List<Attempt> again) {
    List<Attempt> own = attempts.stream().filter(a -> a.contestant.equals(contestant)).toList();
    for (int i = 0; i < own.size(); i++) {
      // If it could not even be opened, there is one for all ways.
      Result now = again.get(Math.min(i, again.size() - 1)).result;
      if (own.get(i).result.status() == Status.PASSED && now.status() != Status.PASSED) {
        String note = "once timed: " + now.note();
        own.get(i).result = Result.without(now.kernelCase(), now.backend(), Status.FAILED, note);
      }
    }
  }

  /** Times those that passed, in turns. */
  private static void time(List<Attempt> attempts) {
    List<Attempt> timed = attempts.stream().filter(a -> a.sampler != null).toList();
    boolean alone = timed.size() == 1;
    for (Attempt attempt : timed) {
      rest(alone);
      attempt.sampler.warmUp();
    }
    List<Sampler> running = new ArrayList<>(timed.stream().map(a -> a.sampler).toList());
    while (!running.isEmpty()) {
      for (Sampler sampler : running) {
        rest(alone);
        sampler.turn();
      }
      running.removeIf(Sampler::isDone);
    }
    for (Attempt attempt : timed) {
      attempt.result = attempt.result.timed(attempt.sampler, attempt.contestant.ceilings());
    }
  }

  private static void rest(boolean alone) {
    if (!alone) {
      try {
        Thread.sleep(REST_MILLIS);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
