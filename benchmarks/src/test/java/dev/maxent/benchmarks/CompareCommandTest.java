package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maxent.benchmarks.Result.Status;
import dev.maxent.workload.KernelCases;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompareCommandTest {
  private static final String CASE = "soft-value/log-sum-exp/64x16";
  private static final List<String> KEYS =
      List.of(
          "case",
          "backend",
          "status",
          "worstErrorUlp",
          "toleranceUlp",
          "medianMicros",
          "bytesPerSecond",
          "flopsPerSecond",
          "ceilingFraction",
          "ratioToCpu",
          "exponentialsPerSecond",
          "cpu",
          "memory",
          "os",
          "jvm",
          "flags",
          "maxent",
          "load",
          "date",
          "loadBefore",
          "idle");

  @TempDir private Path folder;

  @Test
  void writesTableJsonAndPage() throws IOException {
    Path json = folder.resolve("results.json");
    Path html = folder.resolve("results.html");
    Cli run =
        Cli.run(
            "compare",
            "--backends=reference",
            "--cases=" + CASE,
            "--seed=7",
            "--json=" + json,
            "--html=" + html);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("# cpu "), run.out());
    assertTrue(run.out().lines().anyMatch(line -> line.startsWith(CASE + "  reference  passed")));

    JsonNode results = new ObjectMapper().readTree(json.toFile());
    assertTrue(results.isArray());
    assertEquals(1, results.size());
    JsonNode result = results.get(0);
    List<String> keys = new ArrayList<>();
    result.fieldNames().forEachRemaining(keys::add);
    assertEquals(KEYS, keys);
    assertEquals(CASE, result.get("case").asText());
    assertEquals("reference", result.get("backend").asText());
    assertEquals("passed", result.get("status").asText());
    assertEquals(0, result.get("worstErrorUlp").asDouble());
    assertTrue(result.get("medianMicros").asDouble() > 0);
    double bytes = result.get("bytesPerSecond").asDouble() * result.get("medianMicros").asDouble();
    assertEquals(4 * (64 * 16 + 64), bytes * 1e-6, 1e-6);

    String page = Files.readString(html);
    assertTrue(page.startsWith("<!doctype html>") && page.contains(CASE));
    assertFalse(page.contains("http://") || page.contains("https://") || page.contains("<script"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(Set.of(json, html), Set.copyOf(files.toList()));
    }
  }

  @Test
  void writesWhatWasNotMeasuredAsNull() throws IOException {
    StringWriter text = new StringWriter();
    var kernelCase = KernelCases.named(CASE);
    List<Result> results = new ArrayList<>();
    for (Result.Status status : Result.Status.values()) {
      results.add(Result.without(kernelCase, "opencl:0", status, "because \"of\" <that>"));
    }
    JsonReport.write(Machine.here(), results, text);
    JsonNode json = new ObjectMapper().readTree(text.toString());
    List<String> statuses = new ArrayList<>();
    json.forEach(node -> statuses.add(node.get("status").asText()));
    assertEquals(List.of("passed", "failed", "unsupported", "unavailable"), statuses);
    assertTrue(json.get(1).get("worstErrorUlp").isNull());
    assertTrue(json.get(1).get("medianMicros").isNull());
    StringWriter page = new StringWriter();
    HtmlReport.write(Machine.here().lines(), results.subList(1, 4), page);
    assertTrue(page.toString().contains("&lt;that&gt;"));
  }

  @Test
  void marksRatiosOfABusyMachine() throws IOException {
    var results = List.of(Result.without(KernelCases.named(CASE), "cpu", Status.FAILED, ""));
    for (double load : new double[] {-1, 0, 0.1, 0.5, 17}) {
      Machine machine = new Machine(Map.of(), load);
      boolean busy = load > 0.4;
      assertEquals(busy ? 1 : 0, machine.warning().size(), "load " + load);
      StringWriter text = new StringWriter();
      JsonReport.write(machine, results, text);
      JsonNode node = new ObjectMapper().readTree(text.toString()).get(0);
      assertEquals(load < 0 ? "null" : String.valueOf(!busy), node.get("idle").toString());
      assertEquals(load < 0, node.get("loadBefore").isNull());
    }
    assertEquals(
        "not idle: load 17.00 before; other work slows peers more than cpu, so time/cpu flatters"
            + " cpu: not to be quoted",
        new Machine(Map.of(), 17).warning().getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cases=none/such   | --cases = none/such: expected a pattern that matches some of soft-v",
        "--backends=abacus   | --backends = abacus: expected some of ",
        "--backends=,        | --backends = : expected ids, as doctor lists them",
        "--also=.            | --also = .: expected a file, this is a folder",
        "--threads=0         | --threads = 0: expected 1 to 1024",
        "--threads=1025      | --threads = 1025: expected 1 to 1024",
        "--threads=two       | --threads = two: expected a whole number",
        "--seed=x            | --seed = x: expected a whole number",
        "--json=no/such.json | --json = no/such.json: expected a file in a folder that exists",
        "--html=.            | --html = .: expected a file, this is a folder",
        "extra               | Unmatched argument at index 1: 'extra'"
      })
  void refusesBadArguments(String argument, String expected) {
    Cli run = Cli.run("compare", argument);
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().startsWith("maxent compare: " + expected), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
  }

  @Test
  void refusesOneFileForTwoOutputs() {
    Path both = folder.resolve("results");
    Cli run = Cli.run("compare", "--json=" + both, "--html=" + folder + "/./results");
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().contains("expected another file than --json's"), run.err());
    assertEquals("", run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--json=", "--html="})
  void refusesToWriteOverOtherTimes(String output) throws IOException {
    Path other = Files.writeString(folder.resolve("other.csv"), "case,backend,micros\n");
    Cli run = Cli.run("compare", "--also=" + other, output + other);
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().contains("expected another file than --also's"), run.err());
    assertTrue(Files.readString(other).startsWith("case"));
  }

  @Test
  void doctorChecksEveryBackend() {
    Cli run = Cli.run("doctor");
    assertEquals(0, run.code(), run.out());
    assertTrue(run.out().contains("reference: available"), run.out());
    assertTrue(run.out().contains("passed, 0 failed"), run.out());
  }

  @Test
  void benchRefusesWhatJmhDoesNotKnow() {
    Cli run = Cli.run("bench", "-zzz");
    assertEquals(2, run.code());
    assertTrue(run.err().startsWith("maxent bench: JMH: "), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @ParameterizedTest
  @CsvSource({
    "caseName=no/such, -p caseName = no/such: expected a case",
    "backend=abacus, -p backend = abacus: expected a backend"
  })
  void benchRefusesWhatIsNotThere(String parameter, String expected) {
    Cli run = Cli.run("bench", "-f", "0", "-wi", "0", "-i", "1", "-p", parameter);
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().startsWith("maxent bench: " + expected), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void helpsOnEveryCommand() {
    for (String command : List.of("doctor", "solve", "compare", "bench", "bundle")) {
      Cli run = Cli.run(command, "--help");
      assertEquals(0, run.code());
      assertTrue(run.out().contains("Usage: maxent " + command), run.out());
    }
    assertTrue(Cli.run("--version").out().startsWith("maxent "));
  }
}
