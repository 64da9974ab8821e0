package dev.maxent.workload;

/**
 * What a device can do at best, measured on it in the same run as the kernels that are held against
 * it. A rate that was not measured is NaN and limits nothing.
 *
 * @param readBytesPerSecond reading a large array once
 * @param copyBytesPerSecond copying a large array, bytes read and written both counted
 * @param flopsPerSecond fused multiply-adds in registers, each two operations
 * @param expsPerSecond exponentials of values in cache
 */
public record Ceilings(
    double readBytesPerSecond,
    double copyBytesPerSecond,
    double flopsPerSecond,
    double expsPerSecond) {

  /** What limits a kernel. */
  public enum Limit {
    /** Bytes from and to memory. */
    MEMORY,
    /** Floating-point operations. */
    FLOPS,
    /** Exponentials. */
    EXPONENTIALS
  }

  /**
   * The least time that the bytes need: every byte written pairs with one read at the rate of a
   * copy, the rest of the reads goes at the rate of a read.
   *
   * @param work what must be done
   * @return seconds
   */
  public double memorySeconds(Work work) {
    long onlyRead = Math.max(0, work.bytesRead() - work.bytesWritten());
    return seconds(onlyRead, readBytesPerSecond)
        + seconds(work.bytes() - onlyRead, copyBytesPerSecond);
  }

  /**
   * The least time that a piece of work can take: the largest of what its bytes, its floating-point
   * operations and its exponentials need.
   *
   * @param work what must be done
   * @return seconds
   */
  public double floorSeconds(Work work) {
    return Math.max(
        memorySeconds(work),
        Math.max(
            seconds(work.flops(), flopsPerSecond), seconds(work.exponentials(), expsPerSecond)));
  }

  /**
   * What makes the floor.
   *
   * @param work what must be done
   * @return the slowest part
   */
  public Limit limit(Work work) {
    double floor = floorSeconds(work);
    if (memorySeconds(work) >= floor) {
      return Limit.MEMORY;
    }
    return seconds(work.flops(), flopsPerSecond) >= floor ? Limit.FLOPS : Limit.EXPONENTIALS;
  }

  private static double seconds(long amount, double rate) {
    return rate > 0 ? amount / rate : 0;
  }
}
