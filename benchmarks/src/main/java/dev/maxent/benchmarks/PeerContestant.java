package dev.maxent.benchmarks;

import dev.maxent.backend.DeviceArray;
import dev.maxent.benchmarks.peer.Peer;
import dev.maxent.benchmarks.peer.PeerSession;
import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.Tolerance;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Another library. It must give the same answers, but need not be as exact as the backends. */
final class PeerContestant implements Contestant {
  /** How many times a case's tolerance a peer may be off: it only shows that it did the work. */
  static final double SLACK = 64;

  private final Peer peer;

  PeerContestant(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String id() {
    return peer.name();
  }

  @Override
  public Optional<Ceilings> ceilings() {
    return Optional.empty();
  }

  @Override
  public Entry open(KernelCase kernelCase, Inputs inputs) {
    return new PeerEntry(
        peer.name(),
        peer.open(kernelCase, inputs)
            .orElseThrow(
                () -> new UnsupportedOperationException(peer.name() + " has no such operation")));
  }

  @Override
  public void close() {}

  private record PeerEntry(String name, PeerSession session) implements Entry {
    @Override
    public void run() {
      session.run();
    }

    @Override
    public void finish() {}

    @Override
    public Verdict verify(KernelCase kernelCase, long seed, Inputs inputs, Session right) {
      Verdict worst = null;
      for (Map.Entry<String, Tolerance> output : kernelCase.tolerances().entrySet()) {
        float[] actual = session.output(output.getKey());
        if (actual != null) {
          double[] expected = values(right.outputs().get(output.getKey()));
          Verdict verdict = verify(output.getKey(), output.getValue(), inputs, expected, actual);
          if (worst == null || !verdict.passed()) {
            worst = verdict;
          } else if (worst.passed() && verdict.worstErrorUlp() > worst.worstErrorUlp()) {
            worst = verdict;
          }
        }
      }
      return worst != null ? worst : new Verdict(false, Double.NaN, Double.NaN, "no outputs");
    }

    private Verdict verify(
        String output, Tolerance tolerance, Inputs inputs, double[] expected, float[] actual) {
      double allowed = SLACK * tolerance.ulps();
      if (expected.length != actual.length) {
        return new Verdict(
            false,
            Double.POSITIVE_INFINITY,
            allowed,
            output + " has " + actual.length + " elements: expected " + expected.length);
      }
      double error = 0;
      int index = 0;
      for (int i = 0; i < expected.length; i++) {
        double e = tolerance.error(inputs, expected[i], actual[i], i);
        if (!(e <= error)) {
          error = e;
          index = i;
        }
      }
      return new Verdict(
          error <= allowed,
          error,
          allowed,
          error <= allowed
              ? ""
              : "%s: %s[%d] = %s, reference %s"
                  .formatted(name, output, index, actual[index], expected[index]));
    }

    private static double[] values(DeviceArray array) {
      return switch (array.type()) {
        case REAL -> array.toDoubles();
        case INT32 -> Arrays.stream(array.toInts()).asDoubleStream().toArray();
        case BYTE -> {
          byte[] bytes = array.toBytes();
          double[] values = new double[bytes.length];
          Arrays.setAll(values, i -> bytes[i]);
          yield values;
        }
      };
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
