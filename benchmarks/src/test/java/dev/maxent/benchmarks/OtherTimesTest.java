package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherTimesTest {
  private static final String CASE = "soft-value/log-sum-exp/64x16";

  @TempDir private Path folder;

  private Cli compare(String content) throws IOException {
    Path file = folder.resolve("times.json");
    Files.writeString(file, content);
    return Cli.run("compare", "--backends=cpu", "--cases=" + CASE, "--also=" + file);
  }

  @Test
  void showsThemBesideOurs() throws IOException {
    Cli run =
        compare(
            """
            [{"case": "%s", "backend": "torch-eager:cuda", "medianMicros": 12345.0},
             {"case": "another", "backend": "torch-eager:cuda", "medianMicros": 1.0}]
            """
                .formatted(CASE));
    assertEquals(0, run.code(), run.err());
    String row =
        run.out()
            .lines()
            .filter(line -> line.contains("torch-eager:cuda"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(run.out()));
    assertTrue(row.startsWith(CASE) && row.contains("12345") && row.endsWith("its own check"), row);
    assertEquals(1, run.out().lines().filter(line -> line.contains("torch-eager")).count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[1]", "[", "[{\"case\": \"a\", \"backend\": \"b\"}]"})
  void refusesWhatIsNoList(String content) throws IOException {
    Cli run = compare(content);
    assertEquals(2, run.code());
    assertTrue(
        run.err().contains("--also = ") && run.err().strip().lines().count() == 1, run.err());
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Cli run = Cli.run("compare", "--also=" + folder.resolve("none.json"));
    assertEquals(2, run.code());
    assertTrue(run.err().contains("expected a file that can be read"), run.err());
  }
}
