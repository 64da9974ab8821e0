package dev.maxent.opencl;

import dev.maxent.kernel.Bandwidth;
import dev.maxent.reference.SteinRank;

/** How kernels are told of a bandwidth, see stein_rules.cl. */
final class SteinRules {
  private static final int FIXED = 0;
  private static final int PER_STATE = 1;
  private static final int LIU_WANG = 3;

  private SteinRules() {}

  /** Whether a median has to be found: one particle has no distance. */
  static boolean searches(Bandwidth bandwidth, int n) {
    return bandwidth.rule() != null && n > 1;
  }

  /** Where the bandwidth comes from. */
  static int code(Bandwidth bandwidth, int n) {
    if (bandwidth.array() != null) {
      return PER_STATE;
    }
    if (!searches(bandwidth, n)) {
      return FIXED;
    }
    return switch (bandwidth.rule()) {
      case LIU_WANG -> LIU_WANG;
      case DILINWANG -> LIU_WANG + 1;
      case NUMPYRO -> LIU_WANG + 2;
      case SQL_PAPER -> LIU_WANG + 3;
      case SQL_REFERENCE -> LIU_WANG + 4;
      case PLAIN_MEDIAN -> LIU_WANG + 5;
    };
  }

  /** The bandwidth where it is fixed. */
  static float constant(Bandwidth bandwidth) {
    return Double.isNaN(bandwidth.constant()) ? 1 : (float) bandwidth.constant();
  }

  /** What makes a bandwidth of the elements in the middle. */
  static KernelCall bind(KernelCall call, Bandwidth bandwidth, SteinRank rank) {
    return call.int32(code(bandwidth, rank.n()))
        .int32(rank.even() ? 1 : 0)
        .int32(rank.fromZero() ? 1 : 0)
        .float32((float) factor(bandwidth.rule(), rank.n()))
        .float32((float) bandwidth.epsilon())
        .float32((float) least(bandwidth.rule()));
  }

  /** The same where there is nothing to find. */
  static KernelCall bindNothing(KernelCall call, Bandwidth bandwidth) {
    return call.int32(code(bandwidth, 1)).int32(0).int32(0).float32(1).float32(0).float32(0);
  }

  /** What the median is multiplied by. */
  private static double factor(Bandwidth.Rule rule, int n) {
    return switch (rule) {
      case LIU_WANG, NUMPYRO, SQL_REFERENCE -> 1 / Math.log(n);
      case DILINWANG, SQL_PAPER -> 1 / Math.log1p(n);
      case PLAIN_MEDIAN -> 1;
    };
  }

  private static double least(Bandwidth.Rule rule) {
    return rule == Bandwidth.Rule.SQL_REFERENCE ? Bandwidth.LEAST_SQL_REFERENCE : Bandwidth.LEAST;
  }
}
