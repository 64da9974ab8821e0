package dev.maxent.workload;

/**
 * The least that a kernel must do, from which its floor follows: the larger of bytes ÷ bandwidth,
 * FLOPs ÷ FMA rate and exponentials ÷ exponential rate.
 *
 * @param bytesRead bytes of input, each counted once
 * @param bytesWritten bytes of output
 * @param flops floating-point operations other than exponentials; a fused multiply-add is two
 * @param exponentials evaluations of exp, log, sin or cos
 */
public record Work(long bytesRead, long bytesWritten, long flops, long exponentials) {

  /**
   * All bytes that must cross memory.
   *
   * @return read plus written
   */
  public long bytes() {
    return bytesRead + bytesWritten;
  }
}
