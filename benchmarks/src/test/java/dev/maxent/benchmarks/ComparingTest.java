package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.benchmarks.Result.Status;
import dev.maxent.benchmarks.peer.Peer;
import dev.maxent.benchmarks.peer.PeerSession;
import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import dev.maxent.workload.Work;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ComparingTest {
  private static final KernelCase CASE = KernelCases.named("soft-value/log-sum-exp/64x16");

  /** Answers with the reference's own numbers, scaled, in as many ways as there are scales. */
  private record Echo(Backend reference, Supplier<List<Float>> scales) implements Peer {
    @Override
    public String name() {
      return "echo";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public void threads(int threads) {}

    @Override
    public List<PeerSession> open(KernelCase kernelCase, Inputs inputs) {
      List<PeerSession> sessions = new ArrayList<>();
      for (float scale : scales.get()) {
        String expression = "echo(" + sessions.size() + ")";
        int runs = 1 + 20 * sessions.size();
        sessions.add(new EchoSession(kernelCase.open(reference, inputs), expression, scale, runs));
      }
      return sessions;
    }
  }

  private record EchoSession(Session session, String expression, float scale, int runs)
      implements PeerSession {
    @Override
    public void run() {
      for (int i = 0; i < runs; i++) {
        session.run();
      }
    }

    @Override
    public double[] output(String name) {
      double[] values = session.outputs().get(name).toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] *= scale;
      }
      return values;
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private static Result compare(Float... scales) {
    return compare(() -> List.of(scales));
  }

  /** With other scales each time that it is opened. */
  private static Result compare(Supplier<List<Float>> scales) {
    try (Backend reference = Backends.open("reference")) {
      List<Contestant> field =
          List.of(new PeerContestant(new Echo(reference, scales), Optional::empty));
      return new Comparing(reference, field, OptionalLong.empty()).run(CASE).getFirst();
    }
  }

  @Test
  void timesAPeerThatIsRight() {
    Result result = compare(1f);
    assertEquals(Status.PASSED, result.status(), result.note());
    assertTrue(result.worstErrorUlp() <= 0.5 && result.medianMicros() > 0, result.toString());
    assertTrue(Double.isNaN(result.ratioToCpu()));
  }

  @Test
  void failsAPeerThatIsWrong() {
    Result result = compare(1.001f);
    assertEquals(Status.FAILED, result.status());
    assertTrue(
        result.note().startsWith("echo " + CASE.name() + ", echo(0): value["), result.note());
    assertTrue(Double.isNaN(result.medianMicros()));
  }

  /** As compiled code may be, though its first calls were interpreted. */
  @Test
  void failsWhatIsWrongOnceTimed() {
    Iterator<List<Float>> turns = List.of(List.of(1f), List.of(1.001f)).iterator();
    Result result = compare(turns::next);
    assertEquals(Status.FAILED, result.status());
    assertTrue(result.note().startsWith("once timed: echo "), result.note());
    assertFalse(turns.hasNext());
  }

  @Test
  void takesTheQuickestWay() {
    Result result = compare(1f, 1f);
    assertEquals("echo(0)", result.note());
    assertEquals(Status.PASSED, result.status());
  }

  @Test
  void leavesOutWrongWaysAndNamesThem() {
    for (Float[] scales : new Float[][] {{1f, 1.001f}, {1.001f, 1f}}) {
      Result result = compare(scales);
      int right = scales[0] == 1 ? 0 : 1;
      assertEquals(Status.PASSED, result.status(), result.note());
      assertTrue(result.medianMicros() > 0);
      assertTrue(
          result
              .note()
              .matches(
                  "echo\\(%d\\); left out as wrong: echo .*, echo\\(%d\\): value\\[.*"
                      .formatted(right, 1 - right)),
          result.note());
    }
    assertEquals(Status.FAILED, compare(1.001f, 1.002f).status());
  }

  @Test
  void marksDisturbedTimes() {
    double no = Double.NaN;
    Result calm = new Result(CASE, "cpu", Status.PASSED, 0, 1, 20, 11, no, null, no, "");
    Result disturbed = new Result(CASE, "cpu", Status.PASSED, 0, 1, 20, 9, no, null, no, "");
    assertEquals("20.0", calm.time());
    assertEquals("20.0!", disturbed.time());
    assertFalse(Legend.lines(List.of(calm)).stream().anyMatch(line -> line.startsWith("!")));
    assertTrue(Legend.lines(List.of(disturbed)).stream().anyMatch(line -> line.startsWith("!")));
  }

  @Test
  void saysWhatAPeerLacks() {
    assertEquals(Status.UNSUPPORTED, compare().status());
  }

  @Test
  void saysHowToBuildPeers() {
    assumeTrue(ServiceLoader.load(Peer.class).findFirst().isEmpty(), "built with peers");
    Cli run = Cli.run("compare", "--peers", "--backends=reference");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("mvn -q -Ppeers"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void takesTheLargestOfTheFloors() {
    Ceilings ceilings = new Ceilings(10, 8, 100, 5);
    Work copy = new Work(40, 40, 0, 0);
    assertEquals(10, ceilings.floorSeconds(copy));
    assertEquals(Ceilings.Limit.MEMORY, ceilings.limit(copy));
    Work exps = new Work(40, 0, 100, 50);
    assertEquals(10, ceilings.floorSeconds(exps));
    assertEquals(Ceilings.Limit.EXPONENTIALS, ceilings.limit(exps));
    Work flops = new Work(0, 0, 1000, 1);
    assertEquals(Ceilings.Limit.FLOPS, ceilings.limit(flops));
    assertEquals(0, new Ceilings(Double.NaN, 8, 100, 5).floorSeconds(new Work(40, 0, 0, 0)));
  }
}
