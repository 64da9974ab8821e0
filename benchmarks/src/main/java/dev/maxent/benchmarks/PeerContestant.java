package dev.maxent.benchmarks;

import dev.maxent.benchmarks.peer.Peer;
import dev.maxent.benchmarks.peer.PeerSession;
import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Another library. It must give the same answers, but need not be as exact as the backends. */
final class PeerContestant implements Contestant {
  /** How many times a case's tolerance a peer may be off: it only shows that it did the work. */
  static final double SLACK = 64;

  private final Peer peer;
  private final Supplier<Optional<Ceilings>> device;

  /**
   * A peer.
   *
   * @param device what the device that it runs on can do at best
   */
  PeerContestant(Peer peer, Supplier<Optional<Ceilings>> device) {
    this.peer = peer;
    this.device = device;
  }

  @Override
  public String id() {
    return peer.name();
  }

  @Override
  public List<String> about() {
    List<String> lines = new ArrayList<>();
    lines.add("peer    " + peer.name() + ": " + peer.version());
    peer.notes().forEach(note -> lines.add("        " + note));
    lines.add(
        String.format(
            Locale.ROOT,
            "        may be off by %.0f times the tolerance of the backends; random numbers need"
                + " only agree in distribution",
            SLACK));
    return lines;
  }

  @Override
  public Optional<Ceilings> ceilings() {
    return device.get();
  }

  @Override
  public List<Entry> open(KernelCase kernelCase, Inputs inputs) {
    List<PeerSession> sessions = peer.open(kernelCase, inputs);
    if (sessions.isEmpty()) {
      throw new UnsupportedOperationException(peer.name() + " does not time this case");
    }
    return sessions.stream().<Entry>map(session -> new PeerEntry(peer.name(), session)).toList();
  }

  @Override
  public void close() {}

  private record PeerEntry(String name, PeerSession session) implements Entry {
    @Override
    public String expression() {
      return session.expression();
    }

    @Override
    public void run() {
      session.run();
    }

    @Override
    public void finish() {}

    @Override
    public void restore() {
      session.restore();
    }

    @Override
    public Verdict verify(KernelCase kernelCase, long seed, Inputs inputs, Session right) {
      Verdict worst = null;
      for (Map.Entry<String, Tolerance> output : kernelCase.tolerances().entrySet()) {
        double[] actual = session.output(output.getKey());
        if (actual == null) {
          continue;
        }
        double[] expected = Comparison.values(right.outputs().get(output.getKey()));
        Verdict verdict =
            Draws.in(kernelCase)
                ? Draws.verify(kernelCase, inputs, expected, actual)
                : verify(output.getKey(), output.getValue(), inputs, expected, actual);
        if (!verdict.passed()) {
          String at = name + " " + kernelCase.name() + ", " + expression() + ": ";
          return new Verdict(
              false, verdict.worstErrorUlp(), verdict.toleranceUlp(), at + verdict.message());
        }
        if (worst == null || verdict.worstErrorUlp() > worst.worstErrorUlp()) {
          worst = verdict;
        }
      }
      return worst != null ? worst : new Verdict(false, Double.NaN, Double.NaN, "no outputs");
    }

    private static Verdict verify(
        String output, Tolerance tolerance, Inputs inputs, double[] expected, double[] actual) {
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
              : "%s[%d] = %s, reference %s"
                  .formatted(output, index, actual[index], expected[index]));
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
