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
   * logits ← (out − max[r]) · factor[r] + log-weight, or −∞ where out is −∞. Rows with a log-weight
   * of NaN or +∞ become special: it counts even where out is −∞, and the reference sees to it.
   *
   * @param rows log-weights, out, the block's max and factor in; logits out; the block's special in
   *     and out
   */
  void weigh(StagedRows rows);

  /**
   * block.weighted[r] ← Σ e · (out − base[r]) with e = 2^((logit − max[r]) · scale[r]), without the
   * columns where out is −∞.
   *
   * @param rows out, logits behind it, the block's base, max, scale and floor in; weighted out
   */
  void sumProducts(StagedRows rows);
}
