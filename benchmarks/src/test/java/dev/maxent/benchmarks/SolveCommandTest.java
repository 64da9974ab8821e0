package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.environment.TabularMdp;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SolveCommandTest {
  private static final String HEADER = "state,action,next_state,probability,reward,terminated\r\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "0.1, value, V(0) = 2.471032478",
    "0.1, policy, V(0) = 2.471032478",
    "0, value, V(0) = 0.5420259320",
    "0, policy, V(0) = 0.5420259320"
  })
  void solvesTheFrozenLake(String temperature, String method, String expected) {
    Cli run =
        Cli.run(
            "solve",
            "frozen-lake-4x4",
            "--backend=reference",
            "--gamma=0.99",
            "--temperature=" + temperature,
            "--method=" + method);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains(expected + System.lineSeparator()), run.out());
    assertTrue(run.out().contains("16 states x 4 actions"), run.out());
    assertTrue(run.out().contains("(gamma residual + rounding) / (1 - gamma) = "), run.out());
    assertTrue(run.out().contains("greedy actions"), run.out());
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"frozen-lake-8x8", "cliff-walking", "taxi-v4", "taxi-v4.csv"})
  void solvesEveryBundledTable(String name) {
    Cli run = Cli.run("solve", name, "--backend", "reference", "--gamma", "0.9");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("V(0) = "), run.out());
  }

  @Test
  void needsNoArguments() {
    Cli run = Cli.run("solve");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("frozen-lake-8x8 (bundled): 64 states x 4 actions"));
  }

  /** What a file holds must still be there after its name was given twice. */
  @Test
  void keepsItsInput() throws IOException {
    Path file = table("0,0,1,1,0.5,0\r\n1,0,1,1,2,1\r\n");
    String before = Files.readString(file);
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);
    for (Path output : List.of(file, link)) {
      Cli run = Cli.run("solve", file.toString(), "--output=" + output);
      assertEquals(2, run.code(), run.out());
      assertOneLine(
          run, "maxent solve: --output = " + output + ": expected another file than FILE");
      assertEquals(2, Cli.run("solve", link.toString(), "--output=" + output).code());
    }
    assertEquals(before, Files.readString(file));
  }

  @Test
  void takesTheReferenceForSmallTablesAndSaysSo() {
    Cli run = Cli.run("solve", "frozen-lake-4x4", "--temperature=0.1");
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.out().contains("on reference (float64, chosen as the table is small: "), run.out());
    assertTrue(run.out().contains("V(0) = 2.471032478" + System.lineSeparator()), run.out());
    Cli named = Cli.run("solve", "frozen-lake-4x4", "--backend=cpu");
    assertTrue(named.out().contains("iteration on cpu" + System.lineSeparator()), named.out());
    // float32 knows the first digits, and nobody asked for a tolerance.
    assertTrue(named.out().contains("V(0) = 2.471" + System.lineSeparator()), named.out());
    assertFalse(named.out().contains("forbids"), named.out());
    Cli asked = Cli.run("solve", "frozen-lake-4x4", "--backend=cpu", "--tolerance=1e-10");
    assertTrue(asked.out().contains("on this backend forbids the tolerance 1e-10"), asked.out());
  }

  @Test
  void leavesLargeTablesAndNamedBackendsAlone() throws IOException {
    TabularMdp.Builder rows = TabularMdp.builder();
    for (int s = 0; s < 20_000; s++) {
      rows.add(s, 0, (s + 1) % 20_000, 1, 1, false);
    }
    TabularMdp mdp = rows.build();
    // 40,000 pairs and transitions, times 3,200 backups: beyond 1e8; times 320: within.
    assertEquals("reference", chosen(mdp, 0.9));
    assertFalse(chosen(mdp, 0.99).equals("reference"));
    System.setProperty(Backends.PROPERTY, "cpu");
    try {
      assertEquals("cpu", chosen(mdp, 0.9));
    } finally {
      System.clearProperty(Backends.PROPERTY);
    }
  }

  private static String chosen(TabularMdp mdp, double gamma) {
    try (Backend backend = SolveBackend.of(null, mdp, gamma, 1_000_000).backend()) {
      return backend.info().id();
    }
  }

  /** The actions of cliff-walking are up, right, down, left, whatever the file's name. */
  @Test
  void findsArrowsInTheTable() throws IOException {
    Path copy = folder.resolve("copy.csv.gz");
    try (GZIPOutputStream zipped = new GZIPOutputStream(Files.newOutputStream(copy));
        InputStream table = getClass().getResourceAsStream("data/cliff-walking.csv")) {
      table.transferTo(zipped);
    }
    Cli run = Cli.run("solve", copy.toString(), "--grid=4x12", "--temperature=0", "--gamma=1");
    assertEquals(0, run.code(), run.err());
    List<String> lines = run.out().lines().toList();
    // 14 steps: along the top to the right and down at the last column; up from the start.
    int top = lines.indexOf("V(0) = -14.00000000") + 2;
    assertTrue(top > 2, run.out());
    assertTrue(lines.get(top + 2).replace(" ", "").matches("[→>]{11}[↓v]"), run.out());
    assertTrue(lines.get(top + 3).strip().matches("[↑^].*"), run.out());
    assertTrue(Cli.run("solve", copy.toString()).out().contains("--grid RxC draws"));
    Files.write(copy, Arrays.copyOf(Files.readAllBytes(copy), 40));
    assertOneLine(Cli.run("solve", copy.toString()), "maxent solve: " + copy + ": its compressed");
  }

  @Test
  void drawsTheGridOfAFile() throws IOException {
    // Two states in a row: to the right and out.
    Path file =
        table("0,2,1,1,1,0\r\n0,0,0,1,0,0\r\n0,1,0,1,0,0\r\n0,3,0,1,0,0\r\n1,2,1,1,0,1\r\n");
    Cli run =
        Cli.run("solve", file.toString(), "--backend=reference", "--grid=1x2", "--temperature=0");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("a number = an action that goes no one way"), run.out());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(lines.size() - 3).matches("  [→>]  [■#]"), run.out());
  }

  @Test
  void printsSmallTablesStateByState() throws IOException {
    Path file = table("0,0,1,1,0.5,0\r\n1,0,1,1,2,1\r\n1,1,1,1,1,1\r\n");
    Cli run =
        Cli.run("solve", file.toString(), "--backend=reference", "--gamma=0.5", "--temperature=0");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("V(0) = 1.500000000"), run.out());
    assertTrue(run.out().contains("greedy action"), run.out());
  }

  @Test
  void writesValuesAndPolicy() throws IOException {
    Path output = folder.resolve("values.csv");
    Cli run = Cli.run("solve", "frozen-lake-4x4", "--backend=reference", "--output=" + output);
    assertEquals(0, run.code(), run.err());
    try (Reader reader = Files.newBufferedReader(output)) {
      List<CSVRecord> rows =
          CSVFormat.DEFAULT
              .builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .get()
              .parse(reader)
              .getRecords();
      assertEquals(
          List.of("state", "value", "greedy_action", "p_0", "p_1", "p_2", "p_3"),
          rows.getFirst().getParser().getHeaderNames());
      assertEquals(16, rows.size());
      assertEquals(2.4710324779547848, Double.parseDouble(rows.getFirst().get("value")), 1e-9);
      double sum = 0;
      for (int a = 0; a < 4; a++) {
        sum += Double.parseDouble(rows.getFirst().get("p_" + a));
      }
      assertEquals(1, sum, 1e-12);
      assertEquals("-1", rows.get(15).get("greedy_action"));
    }
    assertEquals(List.of(output), files());
  }

  @Test
  void leavesNothingHalfWritten() throws IOException {
    Path output = folder.resolve("values.csv");
    Files.writeString(output, "before");
    Cli run =
        Cli.run(
            "solve",
            "frozen-lake-4x4",
            "--backend=reference",
            "--max-iterations=20",
            "--output=" + output);
    assertEquals(1, run.code());
    assertOneLine(run, "maxent solve: not converged after 20 iterations, residual ");
    assertEquals("before", Files.readString(output));
    assertEquals(List.of(output), files());
  }

  @Test
  void saysWhenDiscountOneDoesNotConverge() throws IOException {
    Path file = table("0,0,0,1,1,0\r\n");
    Cli run =
        Cli.run(
            "solve", file.toString(), "--backend=reference", "--gamma=1", "--max-iterations=500");
    assertEquals(1, run.code());
    assertOneLine(
        run, "maxent solve: not converged after 500 iterations, residual 1.00: with --gam");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--gamma=1.5       | --gamma = 1.5: expected a number from 0 to 1",
        "--gamma=-0.1      | --gamma = -0.1: expected a number from 0 to 1",
        "--gamma=NaN       | --gamma = NaN: expected a number from 0 to 1",
        "--gamma=much      | --gamma = much: expected a number (see --help)",
        "--temperature=-1  | --temperature = -1: expected 0 or more, and finite",
        "--temperature=NaN | --temperature = NaN: expected 0 or more, and finite",
        "--temperature=1e39| --temperature = 1e39: expected 0 or more, and finite",
        "--tolerance=-1    | --tolerance = -1: expected 0 or more, and finite",
        "--max-iterations=0| --max-iterations = 0: expected 1 or more",
        "--max-iterations=99999999999 | --max-iterations = 99999999999: expected a whole number,"
            + " at",
        "--method=guess    | --method = guess: expected value or policy",
        "--backend=abacus  | --backend = abacus: expected one of ",
        "--output=         | --output = '': expected a file name",
        "''                | FILE = '': expected a file name",
        "--grid=5x5        | --grid = 5x5: expected RxC with R times C = 64",
        "--grid=wide       | --grid = wide: expected RxC with R times C = 64",
        "--output=no/f.csv | --output = no/f.csv: expected a file in a folder that exists",
        "--output=.        | --output = .: expected a file, this is a folder",
        "--colour          | Unknown option: '--colour'",
        "nowhere.csv       | FILE = nowhere.csv: expected a file, or one of frozen-lake-4x4, froz",
        ".                 | FILE = .: expected a file, this is a folder",
      })
  void refusesBadArguments(String argument, String expected) {
    Cli run = Cli.run("solve", argument);
    assertEquals(2, run.code(), run.out());
    assertOneLine(run, "maxent solve: " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''               | there are no rows",
        "0,0,0,-1,0,0     | probability = -1.0",
        "0,0,0,NaN,0,0    | probability = NaN",
        "3,2,0,0.9,0,0    | the probabilities of state 3, action 2 sum to 0.9",
        "0,0,-5,1,0,0     | next_state = -5",
        "0,0,0,1,0        | the row has 5 cells"
      })
  void refusesBadTables(String rows, String expected) throws IOException {
    Path file = table(rows);
    Path output = folder.resolve("values.csv");
    Cli run = Cli.run("solve", file.toString(), "--output=" + output);
    assertEquals(2, run.code());
    assertOneLine(run, "maxent solve: " + file + ", line ");
    assertTrue(run.err().contains(expected), run.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.csv"));
    assertOneLine(
        Cli.run("solve", empty.toString()), "maxent solve: " + empty + ": the file is em");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertEquals(2, Cli.run("solve", binary.toString()).code());
    Path missing = Files.writeString(folder.resolve("missing.csv"), "state,action\n0,0\n");
    assertOneLine(
        Cli.run("solve", missing.toString()),
        "maxent solve: " + missing + ", line 1: column 'next_state' is missing");
  }

  private Path table(String rows) throws IOException {
    return Files.writeString(folder.resolve("table.csv"), HEADER + rows);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void assertOneLine(Cli run, String start) {
    assertTrue(run.err().startsWith(start), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }
}
