package dev.maxent.benchmarks;

import dev.maxent.benchmarks.Result.Status;
import java.util.ArrayList;
import java.util.List;

/** What the columns of a comparison mean, as far as its results need it. */
final class Legend {
  private Legend() {}

  static List<String> lines(List<Result> results) {
    List<String> lines = new ArrayList<>();
    lines.add("us          median time of one run");
    if (results.stream().anyMatch(Result::isDisturbed)) {
      lines.add(
          "!           the median is over twice the least: something disturbed it, run again");
    }
    lines.add("rate        use of what limits the case on that device: bytes, operations or exps");
    lines.add(
        "of ceiling  that rate, of the ceiling measured above; over 100 %: data in cache, or a"
            + " disturbed ceiling");
    lines.add("time/cpu    above 1x slower than backend cpu, below 1x quicker");
    lines.add("error       worst error against float64 of the error allowed, see Tolerance");
    List<Result> explained =
        results.stream()
            .filter(result -> result.status() == Status.PASSED && !result.note().isEmpty())
            .filter(result -> !result.note().equals(Result.OWN_CHECK))
            .toList();
    if (!explained.isEmpty()) {
      lines.add("");
      lines.add("The quickest way found to say it there:");
      TextTable table = new TextTable(3, "case", "by", "as");
      explained.forEach(r -> table.add(r.kernelCase().name(), r.backend(), r.note()));
      lines.addAll(table.toString().lines().toList());
    }
    return lines;
  }
}
