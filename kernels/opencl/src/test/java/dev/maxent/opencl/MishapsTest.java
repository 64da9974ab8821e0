package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong ends in an exception with reason and remedy, and the JVM lives on. */
class MishapsTest {
  private static final String REFUSED = "dev.maxent.backend.BackendException: ";

  private static Fork.Outcome fork(Map<String, String> environment, String... options) {
    Fork.Outcome outcome = Needed.fork(Mishaps.class, environment, options);
    assertEquals(0, outcome.exit(), outcome.output());
    return outcome;
  }

  /** Every line that starts with the name holds all parts, and there are so many of them. */
  private static Executable says(Fork.Outcome outcome, String name, int times, String... parts) {
    return () -> {
      List<String> lines =
          outcome.output().lines().filter(line -> line.startsWith(name + ": ")).toList();
      assertEquals(times, lines.size(), name + " in " + outcome.output());
      for (String line : lines) {
        Stream.of(parts).forEach(part -> assertTrue(line.contains(part), part + " in " + line));
      }
    };
  }

  private static void assertAbsent(Fork.Outcome outcome, String... parts) {
    String[] refusal = Stream.concat(Stream.of(REFUSED), Stream.of(parts)).toArray(String[]::new);
    assertAll(
        says(outcome, "listed", 3),
        says(outcome, "open", 1, refusal),
        says(outcome, "cpu", 1, "done"),
        says(outcome, "java", 1, "20000 divisions, 10000 nulls"));
  }

  @Test
  void noLoader() {
    String loader = "/no/such/libOpenCL.so.1";
    assertAbsent(
        fork(Map.of(), "-D" + Libraries.PROPERTY + "=" + loader),
        loader + " cannot be loaded",
        "ocl-icd-libopencl1",
        "LD_LIBRARY_PATH");
  }

  @Test
  void noPlatform(@TempDir Path empty) {
    Needed.opencl();
    assertAbsent(
        fork(Map.of("OCL_ICD_VENDORS", empty.toString())),
        "there is no OpenCL platform (CL_PLATFORM_NOT_FOUND_KHR)",
        "driver");
  }

  @Test
  void driverThatTakesSignals() {
    Needed.pocl();
    Fork.Outcome outcome = fork(Map.of("LD_PRELOAD", "", "OCL_ICD_VENDORS", "/etc/OpenCL/vendors"));
    assertAll(
        says(outcome, "java", 1, "20000 divisions, 10000 nulls"),
        says(outcome, "cpu", 1, "done"),
        () ->
            assertTrue(
                outcome
                    .output()
                    .lines()
                    .anyMatch(line ->
                        line.startsWith("listed: opencl:Portable Computing Language: ")
                            && line.contains("replaces the JVM's signal handlers")
                            && line.contains("LD_PRELOAD=")
                            && line.contains("libjsig.so")),
                outcome::output));
  }

  @Test
  void withDevice() {
    Needed.opencl();
    Fork.Outcome outcome = fork(Map.of(), "-Dmaxent.mishaps.open=true");
    String closed = "java.lang.IllegalStateException: ";
    String opened = "opened: ";
    String id =
        outcome
            .output()
            .lines()
            .filter(line -> line.startsWith(opened))
            .map(line -> line.substring(opened.length()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(outcome.output()));
    assertAll(
        says(outcome, "number", 1, REFUSED, "'opencl:99'", "known here", "opencl:0: "),
        says(outcome, "name", 1, REFUSED, "'opencl:no such device'", "known here", "opencl:0: "),
        says(outcome, "tuning", 1, REFUSED, "'fast'", "expected cpu, gpu or safe"),
        says(outcome, "group", 1, REFUSED, "'12'", "expected a power of two from 1 to "),
        says(outcome, "per-lane", 1, REFUSED, "'many'", "expected a power of two from 4"),
        says(outcome, "build", 1, REFUSED, "does not build", "-cl-std=CL1.2", "wrong.cl:2"),
        says(outcome, "group-limit", 1, REFUSED, "read_all wants 2048 work-items", "at most "),
        says(outcome, "large", 1, REFUSED, "asks for ", " bytes; the largest array it allows has "),
        says(outcome, "huge", 1, REFUSED, "2^63 bytes; the largest array it allows has "),
        says(outcome, "usable-after-large", 1, "done"),
        says(outcome, "mixed", 2, "java.lang.IllegalArgumentException: ", "q", id),
        says(outcome, "usable-after-mixed", 1, "done"),
        says(outcome, "closed-array", 1, closed, "q is closed"),
        says(outcome, "closed-array-download", 1, closed, "closed"),
        says(outcome, "closed-backend", 1, closed, "closed"),
        says(outcome, "closed-backend-allocate", 1, closed, "backend " + id + " is closed"),
        says(outcome, "closed-backend-download", 1, closed, "closed"),
        says(outcome, "closed-backend-finish", 1, closed, "backend " + id + " is closed"),
        says(outcome, "close-during-use", 5, closed, "closed"),
        says(outcome, "cpu", 1, "done"),
        says(outcome, "java", 1, "20000 divisions, 10000 nulls"));
    assertFalse(outcome.output().contains("Exception in thread"), outcome::output);
  }
}
