package dev.maxent.benchmarks.peers;

import java.util.List;
import java.util.function.Supplier;

/**
 * One way to write a case in PyTorch.
 *
 * @param text the expression as one would write it in Python
 * @param outputs the names of the case's outputs that it gives
 * @param source uploads the inputs and returns the operation
 */
record TorchExpression(String text, List<String> outputs, Supplier<TorchOperation> source) {

  static TorchExpression of(String text, String output, Supplier<TorchOperation> source) {
    return new TorchExpression(text, List.of(output), source);
  }
}
