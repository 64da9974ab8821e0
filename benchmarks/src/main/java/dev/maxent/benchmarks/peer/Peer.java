package dev.maxent.benchmarks.peer;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.Optional;

/** Another library that can do what some of the kernels do; found through ServiceLoader. */
public interface Peer {

  /**
   * Its name in tables.
   *
   * @return for example {@code pytorch}
   */
  String name();

  /**
   * Its version, and what would matter to repeat a measurement.
   *
   * @return one line
   */
  String version();

  /**
   * Says how many threads to use, before the first session.
   *
   * @param threads 1 or more
   */
  void threads(int threads);

  /**
   * Puts a case on this library.
   *
   * @param kernelCase the case
   * @param inputs its inputs
   * @return the session, ready to run, or empty if the library has no such operation
   */
  Optional<PeerSession> open(KernelCase kernelCase, Inputs inputs);
}
