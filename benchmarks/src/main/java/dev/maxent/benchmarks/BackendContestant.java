package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendInfo;
import dev.maxent.workload.CeilingProbe;
import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One of the library's own backends. */
final class BackendContestant implements Contestant {
  private final Backend backend;
  private Optional<Ceilings> ceilings;

  BackendContestant(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String id() {
    return backend.info().id();
  }

  @Override
  public List<String> about() {
    BackendInfo info = backend.info();
    List<String> facts = new ArrayList<>(List.of(info.device(), info.driver()));
    facts.add(info.computeUnits() == 1 ? "1 unit" : info.computeUnits() + " units");
    facts.addAll(info.details().values());
    List<String> lines = new ArrayList<>();
    lines.add("backend " + info.id() + ": " + String.join(", ", facts));
    ceilings()
        .ifPresent(c ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "        its ceilings, measured now: read %.1f GB/s, copy %.1f GB/s,"
                        + " %.0f GFLOP/s, %.2f Gexp/s",
                    c.readBytesPerSecond() * 1e-9,
                    c.copyBytesPerSecond() * 1e-9,
                    c.flopsPerSecond() * 1e-9,
                    c.expsPerSecond() * 1e-9)));
    return lines;
  }

  @Override
  public Optional<Ceilings> ceilings() {
    if (ceilings == null) {
      ceilings = CeilingProbe.of(backend);
    }
    return ceilings;
  }

  @Override
  public List<Entry> open(KernelCase kernelCase, Inputs inputs) {
    return List.of(new BackendEntry(kernelCase.open(backend, inputs)));
  }

  @Override
  public void close() {
    backend.close();
  }

  private record BackendEntry(Session session) implements Entry {
    @Override
    public String expression() {
      return "";
    }

    @Override
    public void run() {
      session.run();
    }

    @Override
    public void finish() {
      session.backend().finish();
    }

    @Override
    public void restore() {
      InPlace.restore(session);
    }

    @Override
    public Verdict verify(KernelCase kernelCase, long seed, Inputs inputs, Session right) {
      Comparison comparison = Comparison.of(kernelCase, seed, inputs, right, session);
      return new Verdict(
          comparison.passed(),
          comparison.worstErrorUlp(),
          comparison.toleranceUlp(),
          comparison.message());
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
