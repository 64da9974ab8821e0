package dev.maxent.cpu;

/** The inner loops that put rows together in scratch before they are summed. */
interface StagingLoops {

  /**
   * out ← the minimum over the heads, NaN if one is; −∞ where the mask is 0 or the log-weight −∞.
   *
   * @param rows what to read, and where to write
   */
  void admit(StagedRows rows);

  /**
   * out ← (out − max[r]) · factor[r] + log-weight, or −∞ where out is −∞. Rows with a log-weight of
   * NaN or +∞ become special: it counts even where out is −∞, and the reference sees to it.
   *
   * @param rows log-weights and the block's max and factor in, out in and out, the block's special
   *     in and out
   */
  void weigh(StagedRows rows);
}
