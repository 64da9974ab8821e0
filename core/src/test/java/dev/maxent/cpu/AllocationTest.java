package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.sun.management.ThreadMXBean;
import dev.maxent.Fork;
import dev.maxent.NormalScore;
import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.SteinSampler;
import dev.maxent.learn.StepRule;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A call in steady state allocates nothing on the Java heap. It is measured in a JVM without
 * JaCoCo, whose probes keep HotSpot from holding vectors in registers. {@link AllocationMeterTest}
 * shows that the measure sees what there is.
 */
@Execution(ExecutionMode.CONCURRENT)
class AllocationTest {
  /** The smallest object has 16 bytes, so not even one in every sixteenth call. */
  private static final double MOST_BYTES_PER_CALL = 1;

  /** Cases that are worth a second thread, one of each way to share work. */
  private static final List<String> SHARED =
      List.of(
          "soft-value/policy-all/1501x37/everything",
          "stein/direction+median/65x33x7",
          "network/regression-step/257x3-17-7-1");

  /** Columns of rows that lie side by side in vectors; the widest loop is compiled first. */
  private static final List<Integer> NARROW = List.of(6, 2, 3, 8);

  private static final int MEASURED = NARROW.size() + SplitCases.small().size() + 1 + SHARED.size();

  /**
   * Measures every small case and a step of a sampler, and the cases that two threads share; prints
   * loops, case and bytes per call.
   */
  static final class Meter {
    private static final ThreadMXBean THREADS =
        ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private static final int CALLS = 1000;

    /**
     * Rounds and time after which everything that will be compiled has been compiled, with other
     * tests' JVMs beside, for which HotSpot's compiler has to wait.
     */
    private static final int ROUNDS = 40;

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** The loops to measure, or none for all that this JVM has. */
    public static void main(String[] args) {
      for (String loops : args.length == 0 ? Bits.loops() : List.of(args)) {
        try (Backend backend = Bits.open(loops, 1)) {
          NARROW.forEach(columns -> narrow(loops, backend, columns));
          for (KernelCase kernelCase : SplitCases.small()) {
            try (Session session =
                kernelCase.open(backend, kernelCase.source().inputs(kernelCase.defaultSeed()))) {
              print(loops, kernelCase.name(), session::run);
            }
          }
          try (DeviceArray x = backend.allocate(ElementType.REAL, 24);
              NormalScore score = new NormalScore(backend, 2, 1, 1, 2, 3);
              SteinSampler sampler =
                  new SteinSampler(
                      score,
                      new Particles(x, 3, 4, 2),
                      SteinSampler.Settings.of(StepRule.adam(0.01), 1))) {
            sampler.drawNormal(1, 0);
            print(loops, "sampler", sampler::run);
          }
        }
        try (Backend backend = Bits.open(loops, 2)) {
          for (String name : SHARED) {
            KernelCase shared = shared(name);
            try (Session session =
                shared.open(backend, shared.source().inputs(shared.defaultSeed()))) {
              print(loops, name + "/2-threads", session::run, CALLS / 5);
            }
          }
        }
      }
    }

    private static void narrow(String loops, Backend backend, int columns) {
      int rows = 41;
      try (DeviceArray q = backend.real(new float[rows * columns]);
          DeviceArray entropy = backend.allocate(ElementType.REAL, rows);
          DeviceArray policy = backend.allocate(ElementType.REAL, (long) rows * columns)) {
        ActionValues actions = ActionValues.of(q, rows, columns);
        PolicyOutputs outputs = PolicyOutputs.none().withEntropy(entropy).withProbabilities(policy);
        Temperature alpha = Temperature.of(0.5);
        print(
            loops,
            "policy-of-" + columns,
            () -> backend.softValue().policy(actions, alpha, outputs));
      }
    }

    private static KernelCase shared(String name) {
      return SplitCases.large().stream()
          .filter(kernelCase -> kernelCase.name().equals(name))
          .findFirst()
          .orElseThrow();
    }

    private static void print(String loops, String name, Runnable call) {
      print(loops, name, call, CALLS);
    }

    private static void print(String loops, String name, Runnable call, int calls) {
      double bytes = steadyBytesPerCall(call, calls);
      System.out.printf(Locale.ROOT, "heap %s %s %.1f%n", loops, name, bytes);
    }

    static double steadyBytesPerCall(Runnable call) {
      return steadyBytesPerCall(call, CALLS);
    }

    private static double steadyBytesPerCall(Runnable call, int calls) {
      long start = System.nanoTime();
      double bytes = bytesPerCall(call, calls);
      for (int round = 1; bytes >= MOST_BYTES_PER_CALL; round++) {
        if (round >= ROUNDS && System.nanoTime() - start > PATIENCE_NANOS) {
          break;
        }
        bytes = bytesPerCall(call, calls);
      }
      return bytes;
    }

    static double bytesPerCall(Runnable call, int calls) {
      long[] threads = threads();
      long before = allocatedBytes(threads);
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      return (allocatedBytes(threads) - before) / (double) calls;
    }

    /** This thread and the helpers of the backend that is open. */
    private static long[] threads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(t -> t.equals(Thread.currentThread()) || t.getName().startsWith("maxent-cpu-"))
          .mapToLong(Thread::threadId)
          .toArray();
    }

    private static long allocatedBytes(long[] threads) {
      long bytes = 0;
      for (long thread : threads) {
        bytes += Math.max(0, THREADS.getThreadAllocatedBytes(thread));
      }
      return bytes;
    }
  }

  @TestFactory
  List<DynamicTest> operations(@TempDir Path folder) throws IOException {
    boolean vector = Bits.loops().contains("vector");
    Path log = folder.resolve("compiled.xml");
    List<String> options = new ArrayList<>();
    if (vector) {
      options.addAll(Bits.vectorOptions());
      options.addAll(CompileLog.options(log));
    }
    List<DynamicTest> tests = tests("", Fork.run(Meter.class, options, Map.of()));
    assertEquals(Bits.loops().size() * MEASURED, tests.size());
    if (vector) {
      CompileLog compiled = CompileLog.of(log);
      tests.add(dynamicTest("single floats", () -> checkReads(compiled.reads())));
    }
    return tests;
  }

  /** No loop reads a float where a few nodes more would leave a call in it, see VectorMath. */
  private static void checkReads(List<CompileLog.Read> reads) {
    List<String> loops = reads.stream().map(CompileLog.Read::loop).distinct().toList();
    // With 16 registers both have other loops.
    String product = VectorMath.MANY_REGISTERS ? "VectorProduct ofPairs" : "VectorSixRows ofPairs";
    String stein = VectorMath.MANY_REGISTERS ? "VectorSteinWide sums" : "VectorSteinQuads sums";
    for (String loop : List.of(product, stein)) {
      assertTrue(loops.stream().anyMatch(l -> l.contains(loop)), () -> loop + " not in " + loops);
    }
    // What copies the last few floats for loops has no vectors that could be left in memory.
    List<CompileLog.Read> near =
        reads.stream()
            .filter(CompileLog.Read::isNearLimit)
            .filter(read -> !read.loop().contains("VectorStepLoops "))
            .toList();
    assertTrue(near.isEmpty(), near::toString);
  }

  /**
   * What a vector holds and which instructions there are decides what HotSpot keeps off the heap.
   */
  @TestFactory
  List<DynamicTest> operationsOnShorterVectors() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String option : List.of("-XX:UseAVX=2", "-XX:MaxVectorSize=16")) {
      List<String> options = Bits.vectorOptions(option);
      tests.addAll(tests(option + " ", Fork.run(Meter.class, options, Map.of(), "vector")));
    }
    assertEquals(2 * MEASURED, tests.size());
    return tests;
  }

  private static List<DynamicTest> tests(String machine, Fork.Outcome outcome) {
    assertEquals(0, outcome.exit(), outcome::output);
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : outcome.output().lines().filter(l -> l.startsWith("heap ")).toList()) {
      String[] parts = line.split(" ", -1);
      double bytes = Double.parseDouble(parts[3]);
      String name = machine + parts[1] + " loops: " + parts[2];
      tests.add(dynamicTest(name, () -> check(name, bytes)));
    }
    return tests;
  }

  static void check(String name, double bytes) {
    assertTrue(bytes < MOST_BYTES_PER_CALL, () -> name + " allocates " + bytes + " bytes per call");
  }
}
