package dev.maxent.workload;

import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.backend.HostArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.AssertionFailedError;

/** A check that nothing violates would prove nothing: each fault of a backend is noticed. */
class ParityCheckTest {
  private static final int LENGTH = 5;

  /** A case that the reference computes right; the other backend does something else. */
  private static KernelCase faulty(
      ElementType type, Consumer<Session> right, Consumer<Session> other) {
    return new KernelCase(
        "random/gather/fault",
        "RandomKernels.gather",
        Set.of(),
        new Work(0, 0, 0, 0),
        _ -> TabularShape.of(3, 2, 2).inputs(1),
        session -> {
          session.output("out", type, LENGTH);
          TabularShape.model(session);
          boolean isRight = session.backend().info().id().equals("reference");
          return () -> (isRight ? right : other).accept(session);
        },
        Map.of("out", Tolerance.EXACT));
  }

  private static String failure(KernelCase kernelCase) {
    try (Backend reference = Backends.open("reference");
        Backend cpu = Backends.open("cpu")) {
      return assertThrows(
              AssertionFailedError.class,
              () -> ParityCheck.run(kernelCase, 1, reference, cpu, _ -> {}))
          .getMessage();
    }
  }

  private static void zeros(Session session) {
    DeviceArray out = session.outputs().get("out");
    out.upload(MemorySegment.ofArray(new byte[LENGTH * out.type().bytes()]));
  }

  @Test
  void acceptsWhatIsRight() {
    try (Backend reference = Backends.open("reference");
        Backend cpu = Backends.open("cpu")) {
      List<Comparison> seen = new ArrayList<>();
      KernelCase right = faulty(REAL, ParityCheckTest::zeros, ParityCheckTest::zeros);
      ParityCheck.run(right, 1, reference, cpu, seen::add);
      assertTrue(seen.getFirst().passed());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noticesOutputThatIsNotWrittenWhereTheAnswerIsZero(ElementType type) {
    String message = failure(faulty(type, ParityCheckTest::zeros, _ -> {}));
    assertTrue(message.contains("out[0]") && message.contains("reference 0.0"), message);
    assertTrue(message.contains("reproduce: ./maxent compare "), message);
  }

  @Test
  void noticesOutputThatIsAddedTo() {
    float[] answer = {1, 2, 3, 4, 5};
    String message =
        failure(
            faulty(
                REAL,
                session -> session.outputs().get("out").upload(answer),
                session -> {
                  DeviceArray out = session.outputs().get("out");
                  float[] sum = out.toFloats();
                  for (int i = 0; i < LENGTH; i++) {
                    sum[i] += answer[i];
                  }
                  out.upload(sum);
                }));
    assertTrue(message.contains("out["), message);
  }

  @Test
  void noticesChangedTable() {
    for (String name : List.of("rowOffsets", "nextStates", "probabilities", "rewards", "mask")) {
      String message =
          failure(
              faulty(
                  REAL,
                  ParityCheckTest::zeros,
                  session -> {
                    zeros(session);
                    DeviceArray table = session.uploadedInputs().get(name);
                    byte[] other = new byte[(int) table.length() * table.type().bytes()];
                    other[0] = 17;
                    table.upload(MemorySegment.ofArray(other));
                  }));
      assertTrue(message.contains("input changed") && message.contains(": " + name), message);
      assertShowsAgain(message);
    }
  }

  @Test
  void noticesWritesPastTheEnd() {
    for (String name : List.of("out", "rewards")) {
      String message =
          failure(
              faulty(
                  REAL,
                  ParityCheckTest::zeros,
                  session -> {
                    zeros(session);
                    boolean output = name.equals("out");
                    overrun((output ? session.outputs() : session.uploadedInputs()).get(name));
                  }));
      assertTrue(message.contains("wrote past " + name), message);
      assertShowsAgain(message);
    }
  }

  /** −1 is what operations write for no action. */
  @SuppressWarnings("restricted")
  private static void overrun(DeviceArray array) {
    MemorySegment segment = ((HostArray) array).segment();
    long end = segment.byteSize();
    segment.reinterpret(end + Integer.BYTES).set(ValueLayout.JAVA_INT_UNALIGNED, end, -1);
  }

  @Test
  void noticesSecondRunThatDiffers() {
    int[] runs = new int[1];
    String message =
        failure(
            faulty(
                REAL,
                ParityCheckTest::zeros,
                session -> {
                  // Equal numbers, other bits.
                  float zero = runs[0]++ == 0 ? 0f : -0f;
                  session.outputs().get("out").upload(new float[] {0, 0, 0, 0, zero});
                }));
    assertTrue(message.contains("a second run differs") && message.contains(": out"), message);
    assertShowsAgain(message);
  }

  private static void assertShowsAgain(String message) {
    assertFalse(message.contains("maxent compare"), message);
    assertTrue(
        message.contains("-Dtest=ParityTest")
            && message.contains(" -Dmaxent.cases=random/gather/fault -Dmaxent.seed=1"),
        message);
  }
}
