package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A worker's copy of a block's rows, on the heap: there HotSpot checks less in short loops. */
final class BackupRows {
  /** Elements beyond the last that vector loops may read and write. */
  private static final int SPARE = 16;

  float[] rewards = {};
  float[] q = {};
  float[] policy = {};

  /** π Q and π log π. */
  double[] taken = {};

  double[] information = {};
  private byte[] mask = {};
  private byte[] everything = {};
  private boolean masked;

  /** Takes the rewards and the mask of some pairs. */
  void load(MemorySegment allRewards, MemorySegment allMask, long firstPair, int pairs) {
    if (q.length < pairs + SPARE) {
      rewards = new float[pairs];
      policy = new float[pairs + SPARE];
      taken = new double[pairs + SPARE];
      information = new double[pairs + SPARE];
      mask = new byte[pairs];
      everything = new byte[pairs];
      Arrays.fill(everything, (byte) 1);
      // The last: after a failure before it the next call must not believe in the others.
      q = new float[pairs + SPARE];
    }
    long at = firstPair * Float.BYTES;
    MemorySegment.copy(allRewards, ValueLayout.JAVA_FLOAT, at, rewards, 0, pairs);
    MemorySegment.copy(allMask, ValueLayout.JAVA_BYTE, firstPair, mask, 0, pairs);
    masked = !Arrays.equals(mask, 0, pairs, everything, 0, pairs);
  }

  /** Takes the policy of some pairs, 0 where not allowed. */
  void loadPolicy(MemorySegment allPolicy, long firstPair, int pairs) {
    long at = firstPair * Float.BYTES;
    MemorySegment.copy(allPolicy, ValueLayout.JAVA_FLOAT, at, policy, 0, pairs);
    exclude(policy, pairs, 0);
    // Vectors read beyond the last.
    Arrays.fill(policy, pairs, pairs + SPARE, 0);
  }

  /** Sets those that are not allowed. */
  void exclude(float[] numbers, int pairs, float value) {
    if (masked) {
      for (int i = 0; i < pairs; i++) {
        numbers[i] = mask[i] != 0 ? numbers[i] : value;
      }
    }
  }

  /** Some probability of row r is below 0. */
  boolean isNegative(int r, int actions) {
    boolean negative = false;
    for (int i = r * actions; i < (r + 1) * actions; i++) {
      negative |= policy[i] < 0;
    }
    return negative;
  }

  /** No action of row r is allowed. */
  boolean isTerminal(int r, int actions) {
    if (masked) {
      for (int i = r * actions; i < (r + 1) * actions; i++) {
        if (mask[i] != 0) {
          return false;
        }
      }
    }
    return masked;
  }
}
