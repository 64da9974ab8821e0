package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CompilingTest {
  /** Calls a kernel until HotSpot is seen at work on its loops, then waits until it is done. */
  static final class First {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    public static void main(String[] args) {
      KernelCase kernelCase = KernelCases.all().getFirst();
      long start = System.nanoTime();
      boolean seen = false;
      long compiled = Compiling.millis();
      try (Backend cpu = Backends.open("cpu");
          Session session =
              kernelCase.open(cpu, kernelCase.source().inputs(kernelCase.defaultSeed()))) {
        while (!seen && System.nanoTime() - start < PATIENCE_NANOS) {
          session.run();
          seen = Compiling.isUnderWay();
        }
      }
      boolean done = false;
      while (!done && System.nanoTime() - start < PATIENCE_NANOS) {
        done = !Compiling.isUnderWay();
      }
      System.exit(seen && done && Compiling.millis() > compiled ? 0 : 1);
    }
  }

  /** In a JVM that has compiled none of them yet. */
  @Test
  void seesHotSpotAtWorkAndDone() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // Surefire may hand the class path over in the manifest of a jar and put the real one here.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder jvm =
        new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-Dmaxent.cpu.loops=scalar",
            "-cp",
            classPath,
            First.class.getName());
    jvm.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    assertEquals(0, jvm.start().waitFor());
  }
}
