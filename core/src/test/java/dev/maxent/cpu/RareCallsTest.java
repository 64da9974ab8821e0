package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.Fork;
import dev.maxent.backend.Backend;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What was called rarely while HotSpot compiled the loops allocates nothing once it is called
 * often: see {@link VectorMath} for what would make it allocate for good.
 */
class RareCallsTest {
  /** A case that is called often at first, and one that is then called once in a while. */
  private record Pair(String often, String rare) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("soft-value/log-sum-exp/18x33/mask", "soft-value/log-sum-exp/18x33/everything"),
          new Pair("network/backward/65x10-64-64-1", "network/backward/33x7-17-65-3/tanh"));

  /** Prints what the rare case of each pair allocates in the end. */
  static final class Meter {
    private static final int RATIO = 2000;
    private static final long WHILE_NANOS = 2_500_000_000L;

    public static void main(String[] args) {
      for (Pair pair : PAIRS) {
        try (Backend backend = Bits.open("vector", 1);
            Session often = open(backend, pair.often);
            Session rare = open(backend, pair.rare)) {
          long start = System.nanoTime();
          while (System.nanoTime() - start < WHILE_NANOS) {
            for (int i = 0; i < RATIO; i++) {
              often.run();
            }
            rare.run();
          }
          double bytes = AllocationTest.Meter.steadyBytesPerCall(rare::run);
          System.out.printf(Locale.ROOT, "heap %s %.1f%n", pair.rare, bytes);
        }
      }
    }

    private static Session open(Backend backend, String name) {
      KernelCase found =
          SplitCases.small().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
      return found.open(backend, found.source().inputs(found.defaultSeed()));
    }
  }

  @TestFactory
  List<DynamicTest> rareCallsAllocateNothing() {
    Fork.Outcome outcome = Fork.run(Meter.class, Bits.vectorOptions(), Map.of());
    assertEquals(0, outcome.exit(), outcome::output);
    List<String[]> lines =
        outcome
            .output()
            .lines()
            .filter(l -> l.startsWith("heap "))
            .map(l -> l.split(" ", -1))
            .toList();
    assertEquals(PAIRS.size(), lines.size());
    return lines.stream()
        .map(l -> dynamicTest(l[1], () -> AllocationTest.check(l[1], Double.parseDouble(l[2]))))
        .toList();
  }
}
