package dev.maxent.benchmarks.peers;

import org.bytedeco.pytorch.Tensor;

/** One PyTorch expression on tensors made before. */
@FunctionalInterface
interface TorchOperation {

  /** Evaluates the expression and returns its results, in the order of their names. */
  Tensor[] evaluate();
}
