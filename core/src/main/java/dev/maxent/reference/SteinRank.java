package dev.maxent.reference;

import dev.maxent.kernel.Bandwidth.Rule;

/**
 * Which squared distances a rule's median is made of, for backends that find elements by rank.
 * Pairs of different sources are counted once: where a rule counts all n² distances, those are n
 * zeros and each pair twice.
 *
 * @param rule the rule
 * @param n source particles, 2 or more
 * @param m target particles
 * @param cross whether distances run from source to target, not among the source
 * @param elements how many distances there are
 * @param rank the lower middle element, from 0
 * @param even whether the element after it is the other middle one
 * @param fromZero whether the lower middle one is a zero and the one at the rank the other
 */
public record SteinRank(
    Rule rule,
    int n,
    int m,
    boolean cross,
    long elements,
    long rank,
    boolean even,
    boolean fromZero) {

  /**
   * The rank of a rule.
   *
   * @param known an earlier answer, returned again if it fits so that nothing is allocated; or null
   * @param rule the rule
   * @param n source particles, 2 or more
   * @param m target particles
   * @return what to look for
   */
  public static SteinRank of(SteinRank known, Rule rule, int n, int m) {
    if (known != null && known.rule == rule && known.n == n && known.m == m) {
      return known;
    }
    long pairs = (long) n * (n - 1) / 2;
    return switch (rule) {
      case LIU_WANG, PLAIN_MEDIAN ->
          new SteinRank(rule, n, m, false, pairs, (pairs - 1) / 2, pairs % 2 == 0, false);
      case DILINWANG, NUMPYRO, SQL_PAPER -> ofAll(rule, n, m, pairs);
      case SQL_REFERENCE -> {
        long cross = (long) n * m;
        yield new SteinRank(rule, n, m, true, cross, (cross - 1) / 2, false, false);
      }
    };
  }

  private static SteinRank ofAll(Rule rule, int n, int m, long pairs) {
    long all = (long) n * n;
    long lower = (all - 1) / 2;
    long high = (all / 2 - n) / 2;
    if (lower < n) {
      // Two particles: 0, 0, r², r².
      return new SteinRank(rule, n, m, false, pairs, high, false, true);
    }
    long low = (lower - n) / 2;
    return new SteinRank(rule, n, m, false, pairs, low, high > low, false);
  }
}
