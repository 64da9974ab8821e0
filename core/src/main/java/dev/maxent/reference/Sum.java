package dev.maxent.reference;

/**
 * A sum that carries its own rounding error along (Neumaier 1974, doi:10.1002/zamm.19740540106), so
 * that the reference does not depend on the number or order of its terms.
 */
final class Sum {
  private double sum;
  private double lost;

  /** Starts again from nothing. */
  void clear() {
    sum = 0;
    lost = 0;
  }

  /** Adds a term. */
  void add(double term) {
    double next = sum + term;
    if (Math.abs(sum) >= Math.abs(term)) {
      lost += (sum - next) + term;
    } else {
      lost += (term - next) + sum;
    }
    sum = next;
  }

  /** The sum; infinities and NaN come out as plain addition gives them. */
  double get() {
    return Double.isFinite(sum) ? sum + lost : sum;
  }
}
