package dev.maxent.benchmarks.peer;

/** A case on a peer: inputs in place, ready to run. */
public interface PeerSession extends AutoCloseable {

  /**
   * How the peer expresses the case.
   *
   * @return a few words in the peer's own language
   */
  String expression();

  /** Runs the operation once and waits for it. */
  void run();

  /**
   * An output of the last run.
   *
   * @param name the output's name in the case
   * @return its values, or null if the peer does not compute that one
   */
  double[] output(String name);

  /** Sets back what runs have updated in place, so that a step is not the millionth of its kind. */
  default void restore() {}

  @Override
  void close();
}
