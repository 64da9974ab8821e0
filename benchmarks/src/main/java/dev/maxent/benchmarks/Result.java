package dev.maxent.benchmarks;

import static java.util.stream.Collectors.joining;

import dev.maxent.workload.Ceilings;
import dev.maxent.workload.KernelCase;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of a comparison: a case on a backend or peer. NaN stands for what was not measured.
 *
 * @param kernelCase the case
 * @param backend the backend's id, or the peer's name
 * @param status how it went
 * @param worstErrorUlp worst error against the reference
 * @param toleranceUlp what was allowed there
 * @param medianMicros median time of one run
 * @param leastMicros least time of one run
 * @param ceilingFraction floor by the device's own ceilings ÷ median
 * @param limit what makes the floor, or null if the ceilings are not known
 * @param ratioToCpu median ÷ median of {@code cpu}
 * @param note why it failed or is missing, or how it was done; may be empty
 */
record Result(
    KernelCase kernelCase,
    String backend,
    Status status,
    double worstErrorUlp,
    double toleranceUlp,
    double medianMicros,
    double leastMicros,
    double ceilingFraction,
    Ceilings.Limit limit,
    double ratioToCpu,
    String note) {

  /** The note of a result that another program checked and timed. */
  static final String OWN_CHECK = "its own check";

  /** How it went. */
  enum Status {
    PASSED,
    FAILED,
    UNSUPPORTED,
    UNAVAILABLE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A result without numbers. */
  static Result without(KernelCase kernelCase, String backend, Status status, String note) {
    double no = Double.NaN;
    return new Result(kernelCase, backend, status, no, no, no, no, no, null, no, note);
  }

  /** A result that is not timed yet. */
  static Result checked(
      KernelCase kernelCase, String backend, Contestant.Entry entry, Contestant.Verdict verdict) {
    double no = Double.NaN;
    return new Result(
        kernelCase,
        backend,
        verdict.passed() ? Status.PASSED : Status.FAILED,
        verdict.worstErrorUlp(),
        verdict.toleranceUlp(),
        no,
        no,
        no,
        null,
        no,
        verdict.passed() ? entry.expression() : verdict.message());
  }

  private Result with(
      double newMedian,
      double newLeast,
      double newFraction,
      Ceilings.Limit newLimit,
      double newRatio,
      String newNote) {
    return new Result(
        kernelCase,
        backend,
        status,
        worstErrorUlp,
        toleranceUlp,
        newMedian,
        newLeast,
        newFraction,
        newLimit,
        newRatio,
        newNote);
  }

  /** The same with its time, and what that is of the least that the device needs. */
  Result timed(Sampler sampler, Optional<Ceilings> ceilings) {
    double micros = sampler.medianMicros();
    return with(
        micros,
        sampler.leastMicros(),
        ceilings.map(c -> c.floorSeconds(kernelCase.work()) * 1e6 / micros).orElse(Double.NaN),
        ceilings.map(c -> c.limit(kernelCase.work())).orElse(null),
        Double.NaN,
        note);
  }

  /** The same with its place in the field, once all times are known. */
  Result against(double cpuMicros) {
    double ratio = medianMicros / cpuMicros;
    return with(medianMicros, leastMicros, ceilingFraction, limit, ratio, note);
  }

  /** The same, naming ways that do not count as they are wrong. */
  Result leavingOut(List<Result> wrong) {
    String others =
        wrong.stream().map(result -> "; left out as wrong: " + result.note).collect(joining());
    return with(medianMicros, leastMicros, ceilingFraction, limit, ratioToCpu, note + others);
  }

  /** Whether something else took the machine's time: half of all runs took twice the least. */
  boolean isDisturbed() {
    return medianMicros > 2 * leastMicros;
  }

  double bytesPerSecond() {
    return kernelCase.work().bytes() / medianMicros * 1e6;
  }

  double flopsPerSecond() {
    return kernelCase.work().flops() / medianMicros * 1e6;
  }

  double exponentialsPerSecond() {
    return kernelCase.work().exponentials() / medianMicros * 1e6;
  }

  /** The rate at which it used what limits it. */
  String rate() {
    if (Double.isNaN(medianMicros)) {
      return "";
    }
    return switch (limit) {
      case null -> digits(bytesPerSecond() * 1e-9) + " GB/s";
      case MEMORY -> digits(bytesPerSecond() * 1e-9) + " GB/s";
      case FLOPS -> digits(flopsPerSecond() * 1e-9) + " GFLOP/s";
      case EXPONENTIALS -> digits(exponentialsPerSecond() * 1e-9) + " Gexp/s";
    };
  }

  String time() {
    return digits(medianMicros) + (isDisturbed() ? "!" : "");
  }

  String fraction() {
    return Double.isNaN(ceilingFraction)
        ? ""
        : String.format(Locale.ROOT, "%.0f %%", 100 * ceilingFraction);
  }

  String ratio() {
    return Double.isNaN(ratioToCpu) ? "" : digits(ratioToCpu) + "x";
  }

  String error() {
    if (note.equals(OWN_CHECK)) {
      return OWN_CHECK;
    }
    return Double.isNaN(worstErrorUlp)
        ? status == Status.PASSED ? "distribution" : ""
        : worstErrorUlp == 0 && toleranceUlp == 0
            ? "exact"
            : String.format(Locale.ROOT, "%.3g of %.3g", worstErrorUlp, toleranceUlp);
  }

  /** Three significant digits without an exponent. */
  private static String digits(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    int places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }
}
