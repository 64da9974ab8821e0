package dev.maxent.benchmarks;

import dev.maxent.workload.Ceilings;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import java.util.List;
import java.util.Optional;

/** Who takes part in a comparison: a backend or a peer. */
interface Contestant extends AutoCloseable {

  /** What tables call it. */
  String id();

  /** What it is and what one must know to read its times, in lines. */
  List<String> about();

  /** What its device can do at best, if that can be measured. */
  Optional<Ceilings> ceilings();

  /**
   * Gets ready for a case, in one or more ways of which the quickest counts.
   *
   * @throws UnsupportedOperationException if it has no such operation
   */
  List<Entry> open(KernelCase kernelCase, Inputs inputs);

  @Override
  void close();

  /** A contestant that is ready for one case. */
  interface Entry extends AutoCloseable {

    /** How it does it, if that needs saying; else empty. */
    String expression();

    /** Runs once; may return before it is done. */
    void run();

    /** Waits until all runs are done. */
    void finish();

    /** Sets back what runs have updated in place. */
    void restore();

    /** Holds the outputs of the last run against the reference's. */
    Verdict verify(KernelCase kernelCase, long seed, Inputs inputs, Session right);

    @Override
    void close();
  }

  /** Whether outputs are right, and by how much; NaN where only their distribution could agree. */
  record Verdict(boolean passed, double worstErrorUlp, double toleranceUlp, String message) {}
}
