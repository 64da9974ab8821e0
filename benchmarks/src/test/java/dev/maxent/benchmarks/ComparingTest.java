package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ComparingTest {
  private static final KernelCase CASE = KernelCases.named("soft-value/log-sum-exp/64x16");

  /** Answers with the reference's own numbers, scaled; 0 stands for an operation it lacks. */
  private record Echo(Backend reference, float scale) implements Peer {
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
    public Optional<PeerSession> open(KernelCase kernelCase, Inputs inputs) {
      if (scale == 0) {
        return Optional.empty();
      }
      Session session = kernelCase.open(reference, inputs);
      return Optional.of(new EchoSession(session, scale));
    }
  }

  private record EchoSession(Session session, float scale) implements PeerSession {
    @Override
    public void run() {
      session.run();
    }

    @Override
    public float[] output(String name) {
      float[] values = session.outputs().get(name).toFloats();
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

  private static Result compare(float scale) {
    try (Backend reference = Backends.open("reference")) {
      List<Contestant> field = List.of(new PeerContestant(new Echo(reference, scale)));
      return new Comparing(reference, field, OptionalLong.empty()).run(CASE).getFirst();
    }
  }

  @Test
  void timesAPeerThatIsRight() {
    Result result = compare(1);
    assertEquals(Status.PASSED, result.status(), result.note());
    assertTrue(result.worstErrorUlp() <= 0.5 && result.medianMicros() > 0, result.toString());
    assertTrue(Double.isNaN(result.ratioToCpu()));
  }

  @Test
  void failsAPeerThatIsWrong() {
    Result result = compare(1.001f);
    assertEquals(Status.FAILED, result.status());
    assertTrue(result.note().startsWith("echo: "), result.note());
    assertTrue(Double.isNaN(result.medianMicros()));
  }

  @Test
  void saysWhatAPeerLacks() {
    assertEquals(Status.UNSUPPORTED, compare(0).status());
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
