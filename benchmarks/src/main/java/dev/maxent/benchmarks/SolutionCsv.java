package dev.maxent.benchmarks;

import dev.maxent.learn.SoftQIteration.Solution;
import java.io.IOException;
import java.io.Writer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A solution as CSV: {@code state,value,greedy_action,p_0,p_1,…}. */
final class SolutionCsv {
  private SolutionCsv() {}

  static void write(Solution solution, Writer writer) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    try (CSVPrinter csv = new CSVPrinter(writer, format)) {
      csv.print("state");
      csv.print("value");
      csv.print("greedy_action");
      for (int a = 0; a < solution.actions(); a++) {
        csv.print("p_" + a);
      }
      csv.println();
      for (int s = 0; s < solution.states(); s++) {
        csv.print(s);
        csv.print(solution.values()[s]);
        csv.print(solution.greedyActions()[s]);
        for (int a = 0; a < solution.actions(); a++) {
          csv.print(solution.policy()[s * solution.actions() + a]);
        }
        csv.println();
      }
    }
  }
}
