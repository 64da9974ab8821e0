package dev.maxent.cpu;

/**
 * Errors of as many small networks as a vector has lanes, one to a lane: y and its target are a
 * vector for each output of each row. Addresses.
 */
final class LaneLoss {
  int rows;
  int outputs;
  long outputsAt;
  long targetsAt;

  /** One float per row; 0 if all weigh 1. */
  long weightsAt;

  /** Where the gradient by the outputs goes; may be the outputs' place. */
  long deltaAt;

  /** Where e goes. */
  long errorsAt;

  /** Where Σ w ℓ(e) of each lane goes. */
  long sumsAt;

  /** What the mean over rows and outputs multiplies each term by. */
  float share;

  /** Where |e| becomes linear; infinite for ½ e². */
  float limit;
}
