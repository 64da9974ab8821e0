package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.workload.CeilingProbe;
import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
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
  public Optional<Ceilings> ceilings() {
    if (ceilings == null) {
      ceilings = CeilingProbe.of(backend);
    }
    return ceilings;
  }

  @Override
  public Entry open(KernelCase kernelCase, Inputs inputs) {
    return new BackendEntry(kernelCase.open(backend, inputs));
  }

  @Override
  public void close() {
    backend.close();
  }

  private record BackendEntry(Session session) implements Entry {
    @Override
    public void run() {
      session.run();
    }

    @Override
    public void finish() {
      session.backend().finish();
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
