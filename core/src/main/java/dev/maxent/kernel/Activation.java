package dev.maxent.kernel;

/** What each hidden unit of a network applies to its sum z. NaN stays NaN. */
public enum Activation {
  /** z. */
  IDENTITY,
  /** max(z, 0); its slope at 0 is 0. */
  RELU,
  /** tanh z. */
  TANH,
  /** z σ(z), σ(z) = 1 / (1 + e<sup>−z</sup>). Source: Elfwing et al. 2018, arXiv 1702.03118. */
  SILU,
  /**
   * z Φ(z), Φ the distribution function of the standard normal, by erf and not by tanh. Source:
   * Hendrycks and Gimpel 2016, arXiv 1606.08415.
   */
  GELU
}
