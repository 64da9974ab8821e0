package dev.maxent.benchmarks.peers;

import org.bytedeco.pytorch.Tensor;

/** One PyTorch expression on tensors made before. */
@FunctionalInterface
interface TorchOperation {

  /** Evaluates the expression and returns its results, in the order of their names. */
  Tensor[] evaluate();

  /** The outputs out of what was returned, where putting them together is not to be timed. */
  default Tensor[] outputs(Tensor[] results) {
    return results;
  }
}
