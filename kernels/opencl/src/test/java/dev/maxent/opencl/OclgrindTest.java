package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every kernel on oclgrind's simulated device: no access out of bounds, no race, nothing
 * uninitialised, no misuse of the API, and the reference's results. Groups are small so that 130
 * columns take all ways that rows of any width can go. The simulator is slow and more threads
 * hardly help it; so each has one, and these tests, which only start JVMs, run beside other tests.
 */
@Execution(ExecutionMode.CONCURRENT)
class OclgrindTest {
  private static final Pattern KERNEL =
      Pattern.compile("__kernel\\s+(?:__attribute__\\(\\(.*?\\)\\)\\)\\s+)?void\\s+(\\w+)");

  /** Kernels of groups that share work, which CPUs do without. */
  private static final Set<String> SHARED =
      Set.of("direction_small", "direction_blocks", "direction_tiles");

  /** And the other way round. */
  private static final Set<String> SINGLE = Set.of("direction_registers");

  private static final String WARP_CASES =
      "(soft-value|tabular)/.*|stein/(bandwidths|discrepancy).*|network/backward/3x7-17-3/norm"
          + "|network/regression-step/(7x3-5-2|2x3-65-2/twin.weights.norm)";

  /** Kernels with a reduction, of which the code for warps has one of its own. */
  private static final Set<String> REDUCING =
      Set.of(
          "soft_value",
          "soft_mean",
          "soft_policy",
          "soft_greedy",
          "soft_sample",
          "wide_scan",
          "wide_sum",
          "wide_value",
          "policy_values",
          "prepare",
          "search_group",
          "discrepancy_of",
          "norm_forward",
          "sum_and_adam",
          "gradient_sum",
          "adam");

  /**
   * The code for NVIDIA's warps with local memory in the place of their exchange; groups of two
   * small warps, so that numbers cross from one to the other.
   */
  @Test
  void warpsReportNothing(@TempDir Path folder) throws IOException {
    Set<String> launched =
        run(
            folder,
            "-D" + Tuning.PROPERTY + "=gpu",
            "-D" + Tuning.STAND_IN + "=true",
            "-D" + Tuning.GROUP + "=8",
            "-D" + Tuning.ROW_LANES + "=4",
            "-D" + Tuning.PER_LANE + "=8",
            "-D" + Oclgrind.COLUMNS + "=130,33",
            "-D" + Oclgrind.CASES + "=" + WARP_CASES);
    Set<String> missing = new TreeSet<>(REDUCING);
    missing.removeAll(launched);
    assertEquals(Set.of(), missing, "kernels that did not run");
  }

  @ParameterizedTest
  @CsvSource({
    "gpu, 8, 4, 8, '130,33,20,3'",
    "safe, 4, 2, 4, '33,15,7,4,1'",
    "cpu, 4, 1, 32, '130,33,4,1'",
  })
  void reportsNothing(
      String tuning, int group, int lanes, int perLane, String columns, @TempDir Path folder)
      throws IOException {
    Set<String> launched =
        run(
            folder,
            "-D" + Tuning.PROPERTY + "=" + tuning,
            "-D" + Tuning.GROUP + "=" + group,
            "-D" + Tuning.ROW_LANES + "=" + lanes,
            "-D" + Tuning.PER_LANE + "=" + perLane,
            "-D" + Oclgrind.COLUMNS + "=" + columns);
    Set<String> expected = kernels();
    expected.removeAll(tuning.equals("cpu") ? SHARED : SINGLE);
    assertEquals(expected, launched, "kernels in the sources, kernels that ran");
  }

  /** The kernels that ran without a report or a wrong number. */
  private static Set<String> run(Path folder, String... properties) throws IOException {
    Path log = folder.resolve("oclgrind.log");
    Fork.Outcome outcome =
        Needed.fork(
            Oclgrind.class,
            Map.of(
                "OCL_ICD_VENDORS", Needed.oclgrind().toString(),
                "OCLGRIND_DATA_RACES", "1",
                "OCLGRIND_NUM_THREADS", "1",
                "OCLGRIND_UNINITIALIZED", "1",
                "OCLGRIND_CHECK_API", "1",
                "OCLGRIND_LOG", log.toString(),
                // Freed memory is overwritten, so that who reads it fails at once.
                "MALLOC_PERTURB_", "165"),
            Stream.concat(
                    Stream.of(
                        "-D" + BinaryCache.PROPERTY + "=off",
                        // Races are looked for in every byte of every buffer after every kernel.
                        "-D" + Staging.PROPERTY + "=65536"),
                    Stream.of(properties))
                .toArray(String[]::new));
    String output = outcome.output();
    assertEquals(0, outcome.exit(), output);
    assertTrue(output.contains("device=Oclgrind Simulator"), output);
    String reports = Files.exists(log) ? Files.readString(log) : "";
    assertTrue(reports.isBlank() && !output.contains("report in "), output + reports);
    assertTrue(output.lines().noneMatch(line -> line.startsWith("wrong ")), output);
    return output
        .lines()
        .filter(line -> line.startsWith("launched "))
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> kernels() {
    Set<String> names = new TreeSet<>();
    for (Source source : Source.values()) {
      String text = source.text();
      Matcher kernel = KERNEL.matcher(text);
      int found = 0;
      while (kernel.find()) {
        names.add(kernel.group(1));
        found++;
      }
      assertEquals(text.split("__kernel\\s", -1).length - 1, found, source + ": names not found");
    }
    return names;
  }
}
