package dev.maxent.cpu;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuProviderTest {
  private final String threadsBefore = System.getProperty(CpuProvider.THREADS);
  private final String loopsBefore = System.getProperty(CpuProvider.LOOPS);

  @AfterEach
  void restore() {
    Bits.set(CpuProvider.THREADS, threadsBefore);
    Bits.set(CpuProvider.LOOPS, loopsBefore);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1025", "two", "", "1.5", "99999999999"})
  void refusesBadThreads(String threads) {
    System.setProperty(CpuProvider.THREADS, threads);
    assertRefused(
        BackendException.class,
        () -> Backends.open("cpu"),
        "maxent.cpu.threads = '" + threads + "'",
        "expected a number from 1 to 1024");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", " 3 ", "17"})
  void takesThreads(String threads) {
    System.setProperty(CpuProvider.THREADS, threads);
    try (Backend backend = Backends.open("cpu")) {
      assertEquals(Integer.parseInt(threads.strip()), backend.info().computeUnits());
    }
  }

  @Test
  void takesAllProcessorsUnlessTold() {
    System.clearProperty(CpuProvider.THREADS);
    try (Backend backend = Backends.open("cpu")) {
      assertEquals(Runtime.getRuntime().availableProcessors(), backend.info().computeUnits());
    }
  }

  @Test
  void refusesBadLoops() {
    for (String loops : new String[] {"simd", "", "Vector", "scalar "}) {
      System.setProperty(CpuProvider.LOOPS, loops);
      String value = "maxent.cpu.loops = '" + loops + "'";
      assertRefused(
          BackendException.class,
          () -> new CpuProvider().open("cpu"),
          value,
          "expected vector or scalar");
      assertRefused(BackendException.class, () -> Backends.open("cpu"), value);
      List<String> ids = Backends.list().stream().map(BackendCandidate::id).toList();
      assertTrue(ids.contains("reference"), ids::toString);
    }
  }

  @Test
  void takesLoops() {
    System.setProperty(CpuProvider.LOOPS, "scalar");
    try (Backend backend = Backends.open("cpu")) {
      assertEquals("plain Java", backend.info().details().get("loops"));
    }
    if (Bits.loops().contains("vector")) {
      System.setProperty(CpuProvider.LOOPS, "vector");
      try (Backend backend = Backends.open("cpu")) {
        String loops = backend.info().details().get("loops");
        assertTrue(loops.startsWith("Vector API"), loops);
      }
    }
  }

  /** A wrong property must not make another backend the fastest. */
  @Test
  void bestRefusesBadLoopsToo() {
    String before = System.getProperty(Backends.PROPERTY);
    System.clearProperty(Backends.PROPERTY);
    System.setProperty(CpuProvider.LOOPS, "vektor");
    try {
      BackendCandidate cpu =
          Backends.list().stream().filter(c -> c.id().equals("cpu")).findFirst().orElseThrow();
      assertTrue(cpu.isAvailable() && cpu.summary().contains("'vektor'"), cpu::summary);
      assertRefused(
          BackendException.class,
          () -> new CpuProvider().open("cpu"),
          "maxent.cpu.loops = 'vektor'");
    } finally {
      Bits.set(Backends.PROPERTY, before);
    }
  }

  @Test
  void vectorsOfTwoFloatsAreRefusedWhereTheyWereAskedFor() {
    Assumptions.assumeTrue(Bits.loops().contains("vector"), "no Vector API");
    List<String> options = List.of("--add-modules", "jdk.incubator.vector", "-XX:MaxVectorSize=8");
    Fork.Outcome plain = Fork.run(Plain.class, options, Map.of());
    assertTrue(plain.output().contains("loops: plain Java"), plain::output);
    assertTrue(plain.output().contains("vectors here are shorter than 4"), plain::output);
    List<String> forced = new ArrayList<>(options);
    forced.add("-Dmaxent.cpu.loops=vector");
    Fork.Outcome refused = Fork.run(Plain.class, forced, Map.of());
    assertTrue(refused.output().contains("refused: property maxent.cpu.loops"), refused::output);
    assertTrue(refused.output().contains("vectors here are shorter than 4"), refused::output);
  }

  @Test
  void refusesForeignId() {
    assertRefused(
        BackendException.class, () -> new CpuProvider().open("cpu:7"), "'cpu:7'", "expected 'cpu'");
  }

  /** What a user gets who starts Java without any flag. */
  static final class Plain {
    public static void main(String[] args) {
      try (Backend backend = Backends.open("cpu")) {
        DeviceArray value = backend.allocate(ElementType.REAL, 1);
        ActionValues q = ActionValues.of(backend.real(0, 0), 1, 2);
        backend.softValue().logSumExp(q, Temperature.of(1), value);
        assertArrayEquals(new float[] {(float) Math.log(2)}, value.toFloats());
        System.out.println("loops: " + backend.info().details().get("loops"));
      } catch (BackendException refused) {
        System.out.println("refused: " + refused.getMessage());
      }
    }
  }

  @Test
  void withoutTheModuleItSaysWhichFlagWouldHelp() {
    Fork.Outcome plain = Fork.run(Plain.class, List.of(), Map.of());
    assertTrue(plain.output().contains("loops: plain Java"), plain::output);
    long lines =
        plain
            .output()
            .lines()
            .filter(l -> l.contains("--add-modules jdk.incubator.vector"))
            .count();
    assertEquals(1, lines, plain::output);
    Fork.Outcome forced = Fork.run(Plain.class, List.of("-Dmaxent.cpu.loops=vector"), Map.of());
    assertTrue(forced.output().contains("refused: "), forced::output);
    assertTrue(forced.output().contains("--add-modules jdk.incubator.vector"), forced::output);
    Fork.Outcome scalar = Fork.run(Plain.class, List.of("-Dmaxent.cpu.loops=scalar"), Map.of());
    assertTrue(scalar.output().contains("loops: plain Java"), scalar::output);
  }
}
