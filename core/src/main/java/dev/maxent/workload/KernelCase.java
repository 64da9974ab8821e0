package dev.maxent.workload;

import dev.maxent.backend.Backend;
import java.util.Map;
import java.util.Set;

/**
 * One kernel at one shape, described once.
 *
 * @param name stable, {@code family/operation/shape}, for example {@code
 *     soft-value/log-sum-exp/65536x256}; variants add {@code /variant}
 * @param method the public method that it exercises, for example {@code SoftValueKernels.logSumExp}
 * @param purposes what it is for
 * @param work the least that the operation must do
 * @param source makes the inputs from a seed
 * @param binder uploads, allocates, and says how to run
 * @param tolerances output name to tolerance; exactly the outputs that the binder allocates
 */
public record KernelCase(
    String name,
    String method,
    Set<Purpose> purposes,
    Work work,
    Source source,
    Binder binder,
    Map<String, Tolerance> tolerances) {

  /** What a case is for. */
  public enum Purpose {
    /** Compared with the reference in the test suite: small, odd, extreme. */
    PARITY,
    /** A few small shapes that {@code doctor} runs in a second. */
    DOCTOR,
    /** Timed by {@code compare --quick}, and compared. */
    QUICK,
    /** Timed by {@code compare} and JMH, and compared. */
    BENCHMARK
  }

  /** Makes inputs. */
  @FunctionalInterface
  public interface Source {
    /**
     * Makes inputs.
     *
     * @param seed the same seed gives the same inputs
     * @return the inputs
     */
    Inputs inputs(long seed);
  }

  /** Says how to run. */
  @FunctionalInterface
  public interface Binder {
    /**
     * Uploads inputs and allocates outputs through the session.
     *
     * @param session the session
     * @return runs the operation once, allocating nothing
     */
    Runnable bind(Session session);
  }

  /**
   * The seed that {@code name} uses unless told otherwise.
   *
   * @return a number that depends on the name only
   */
  public long defaultSeed() {
    return Integer.toUnsignedLong(name.hashCode());
  }

  /**
   * Puts the case on a backend.
   *
   * @param backend where it runs
   * @param inputs from {@link #source()}
   * @return the session, ready to run; the caller closes it
   */
  public Session open(Backend backend, Inputs inputs) {
    return Session.open(this, backend, inputs);
  }

  /**
   * For example {@code soft-value}.
   *
   * @return the first part of the name
   */
  public String family() {
    return name.split("/", -1)[0];
  }

  /**
   * For example {@code log-sum-exp}.
   *
   * @return the second part of the name
   */
  public String operation() {
    return name.split("/", -1)[1];
  }
}
