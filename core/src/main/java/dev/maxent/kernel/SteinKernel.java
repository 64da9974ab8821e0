package dev.maxent.kernel;

/** A positive definite kernel k(x, y) between particles, with r² = ‖x − y‖² and bandwidth h. */
public sealed interface SteinKernel {

  /**
   * The Gaussian kernel exp(−r²/h). Source: Liu and Wang 2016, arXiv 1608.04471.
   *
   * @return the kernel
   */
  static SteinKernel rbf() {
    return Rbf.INSTANCE;
  }

  /**
   * The inverse multiquadric (c² + r²/h)<sup>β</sup>; with h = 1 the usual form. Source: Gorham and
   * Mackey 2017, arXiv 1703.01717.
   *
   * @param squaredOffset c², from 2⁻¹²⁶ and finite in float32
   * @param exponent β, negative and finite; −½ is usual
   * @return the kernel
   * @throws IllegalArgumentException if a number is out of range
   */
  static SteinKernel imq(double squaredOffset, double exponent) {
    return new InverseMultiquadric(squaredOffset, exponent);
  }

  /**
   * The kernel x·y + 1, which makes mean and covariance of a Gaussian exact. It has no bandwidth
   * and is not translation invariant. Source: Liu and Wang 2018, arXiv 1810.11693.
   *
   * @return the kernel
   */
  static SteinKernel linear() {
    return Linear.INSTANCE;
  }

  /** See {@link SteinKernel#rbf}. */
  enum Rbf implements SteinKernel {
    /** The only one. */
    INSTANCE
  }

  /**
   * See {@link SteinKernel#imq}.
   *
   * @param squaredOffset c²
   * @param exponent β
   */
  record InverseMultiquadric(double squaredOffset, double exponent) implements SteinKernel {
    /** Refuses numbers out of range. */
    public InverseMultiquadric {
      if (!(squaredOffset >= Float.MIN_NORMAL && squaredOffset <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "squaredOffset = " + squaredOffset + ": expected from 2^-126, finite in float32");
      }
      if (!(exponent < 0 && exponent >= -Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "exponent = " + exponent + ": expected a negative number, finite in float32");
      }
    }
  }

  /** See {@link SteinKernel#linear}. */
  enum Linear implements SteinKernel {
    /** The only one. */
    INSTANCE
  }
}
