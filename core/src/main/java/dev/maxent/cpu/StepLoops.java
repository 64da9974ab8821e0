package dev.maxent.cpu;

/** What moves parameters and particles, element by element. */
interface StepLoops {

  /**
   * x ← x − rate · g.
   *
   * @param step parameters x, gradient g and rate
   */
  void plain(AdamStep step);

  /**
   * v ← v + g², x ← x − rate · g / (√v + ε).
   *
   * @param step parameters x, gradient g, second v, rate and epsilon
   */
  void adaGrad(AdamStep step);

  /**
   * Adam on some parameters, and what follows of the target network's.
   *
   * @param step the parameters
   */
  void adam(AdamStep step);
}
