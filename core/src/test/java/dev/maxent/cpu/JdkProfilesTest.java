package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import dev.maxent.backend.Backend;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs first does not decide what HotSpot expects of the Vector API. */
class JdkProfilesTest {
  /** Nothing but multiply-adds, as often as the second compiler wants, and then other loops. */
  static final class OneSided {
    public static void main(String[] args) throws InterruptedException {
      try (Backend backend = args.length == 0 ? Bits.open("vector", 1) : null) {
        FloatVector v = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
        for (int i = 0; i < 50_000; i++) {
          v = v.fma(v, v);
        }
        // The compiler's time.
        Thread.sleep(500);
        if (backend == null) {
          for (int i = 0; i < 50_000; i++) {
            v = v.add(v);
          }
          return;
        }
        for (KernelCase kernelCase : SplitCases.small().subList(0, 12)) {
          try (Session session =
              kernelCase.open(backend, kernelCase.source().inputs(kernelCase.defaultSeed()))) {
            for (int i = 0; i < 20; i++) {
              session.run();
            }
          }
        }
      }
    }
  }

  @Test
  void aBackendIsNotSurprised(@TempDir Path folder) throws IOException {
    List<String> surprises = surprises(folder.resolve("compiled.xml"));
    assertTrue(surprises.stream().noneMatch(s -> s.contains("opCode")), surprises::toString);
  }

  /** Without a backend HotSpot is, else this would prove nothing. */
  @Test
  void nothingElseHelps(@TempDir Path folder) throws IOException {
    List<String> surprises = surprises(folder.resolve("compiled.xml"), "without");
    assertTrue(surprises.stream().anyMatch(s -> s.contains("opCode")), surprises::toString);
  }

  private static List<String> surprises(Path log, String... arguments) throws IOException {
    // Interpreted, so that what it calls is compiled alone.
    String between = "jdk.incubator.vector.FloatVector::lanewiseTemplate";
    List<String> options =
        new ArrayList<>(Bits.vectorOptions("-XX:CompileCommand=exclude," + between));
    options.addAll(CompileLog.options(log));
    Fork.Outcome outcome = Fork.run(OneSided.class, options, Map.of(), arguments);
    assertEquals(0, outcome.exit(), outcome::output);
    return CompileLog.of(log).surprises();
  }
}
