package dev.maxent.benchmarks.peer;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.List;

/** Another library that can do what some of the kernels do; found through ServiceLoader. */
public interface Peer {

  /**
   * Its name in tables.
   *
   * @return for example {@code pytorch}
   */
  String name();

  /**
   * Its version, and what would matter to repeat a measurement; asked after {@link #threads}.
   *
   * @return one line
   */
  String version();

  /**
   * What one must know to read its times.
   *
   * @return lines; may be empty
   */
  default List<String> notes() {
    return List.of();
  }

  /**
   * Says how many threads to use, before the first session. Native libraries load here.
   *
   * @param threads 1 or more
   */
  void threads(int threads);

  /**
   * Puts a case on this library, once for each way to express it there: all must be right, and the
   * quickest counts.
   *
   * @param kernelCase the case
   * @param inputs its inputs
   * @return the sessions, ready to run; none if the library has no such operation
   */
  List<PeerSession> open(KernelCase kernelCase, Inputs inputs);
}
