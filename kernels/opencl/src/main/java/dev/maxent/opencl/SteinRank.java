package dev.maxent.opencl;

import dev.maxent.kernel.Bandwidth;

/**
 * Which elements a rule's median is made of, and what is made of it. Pairs of different sources are
 * counted once; where a rule counts all n² distances, n zeros come first and each pair twice.
 *
 * @param cross whether distances run from source to target
 * @param elements how many distances there are
 * @param rank the lower middle element, from 0
 * @param even whether the element after it is the other middle one
 * @param fromZero whether the lower middle one is a zero and the one at the rank the other
 * @param factor what the median is multiplied by
 * @param least the least bandwidth
 */
record SteinRank(
    boolean cross,
    long elements,
    long rank,
    boolean even,
    boolean fromZero,
    double factor,
    double least) {

  static SteinRank of(Bandwidth.Rule rule, int n, int m) {
    long pairs = (long) n * (n - 1) / 2;
    double log = 1 / Math.log(n);
    double logNext = 1 / Math.log(n + 1.0);
    return switch (rule) {
      case LIU_WANG -> ofPairs(pairs, log);
      case PLAIN_MEDIAN -> ofPairs(pairs, 1);
      case NUMPYRO -> ofAll(n, pairs, log);
      case DILINWANG, SQL_PAPER -> ofAll(n, pairs, logNext);
      case SQL_REFERENCE -> {
        long cross = (long) n * m;
        yield new SteinRank(
            true, cross, (cross - 1) / 2, false, false, log, Bandwidth.LEAST_SQL_REFERENCE);
      }
    };
  }

  private static SteinRank ofPairs(long pairs, double factor) {
    boolean even = pairs % 2 == 0;
    return new SteinRank(false, pairs, (pairs - 1) / 2, even, false, factor, Bandwidth.LEAST);
  }

  private static SteinRank ofAll(int n, long pairs, double factor) {
    long all = (long) n * n;
    long lower = (all - 1) / 2;
    if (lower < n) {
      // Two particles: 0, 0, r², r².
      return new SteinRank(false, pairs, 0, false, true, factor, Bandwidth.LEAST);
    }
    long low = (lower - n) / 2;
    long high = (all / 2 - n) / 2;
    return new SteinRank(false, pairs, low, high > low, false, factor, Bandwidth.LEAST);
  }
}
