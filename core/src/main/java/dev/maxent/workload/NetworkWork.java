package dev.maxent.workload;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;

/**
 * The least work of {@link dev.maxent.kernel.NetworkKernels}: a fused multiply-add per weight and
 * row in each of forward pass, gradient by parameters and gradient by inputs of a layer. What is
 * done once per unit is not counted but for the activation's exponential, nor is memory between
 * layers, which may stay in cache.
 */
final class NetworkWork {
  /** Operations of Adam per parameter; root and quotient count as one each. */
  private static final long ADAM = 14;

  private NetworkWork() {}

  /** Operations of one pass over all weights, the first layer included or not. */
  private static long pass(NetworkProblem problem, boolean first) {
    NetworkShape shape = problem.shape();
    long weights = 0;
    for (int layer = first ? 0 : 1; layer < shape.layers(); layer++) {
      weights += (long) shape.width(layer) * shape.width(layer + 1);
    }
    return 2 * weights * problem.batch() * shape.networks();
  }

  private static long exponentials(NetworkProblem problem) {
    NetworkShape shape = problem.shape();
    Activation activation = shape.activation();
    if (activation == Activation.IDENTITY || activation == Activation.RELU) {
      return 0;
    }
    long units = 0;
    for (int i = 1; i < shape.layers(); i++) {
      units += shape.width(i);
    }
    return units * problem.batch() * shape.networks();
  }

  private static long rows(NetworkProblem problem) {
    return 4L * problem.sets() * problem.batch() * problem.shape().inputs();
  }

  private static long outputs(NetworkProblem problem) {
    return 4L * problem.shape().networks() * problem.batch() * problem.shape().outputs();
  }

  private static long parameters(NetworkProblem problem) {
    return 4 * problem.shape().allParameters();
  }

  static Work forward(NetworkProblem problem) {
    return new Work(
        parameters(problem) + rows(problem),
        outputs(problem),
        pass(problem, true),
        exponentials(problem));
  }

  static Work backward(NetworkProblem problem, boolean byParameters, boolean byInputs) {
    NetworkShape shape = problem.shape();
    long inputs = 4L * shape.networks() * problem.batch() * shape.inputs();
    // The last layer's outputs are not needed, its forward pass all the same counted.
    long flops = pass(problem, true) + pass(problem, byInputs);
    return new Work(
        parameters(problem) + rows(problem) + outputs(problem),
        (byParameters ? parameters(problem) : 0) + (byInputs ? inputs : 0),
        flops + (byParameters ? pass(problem, true) : 0),
        exponentials(problem));
  }

  static Work update(NetworkProblem problem) {
    int target = problem.hasTarget() ? 1 : 0;
    return new Work(
        (4 + target) * parameters(problem),
        (3 + target) * parameters(problem),
        ADAM * problem.shape().allParameters(),
        0);
  }

  static Work step(NetworkProblem problem) {
    Work update = update(problem);
    long targets = 4L * problem.sets() * problem.batch() * problem.shape().outputs();
    // The gradient need not be stored.
    return new Work(
        update.bytesRead() - parameters(problem) + rows(problem) + targets,
        update.bytesWritten(),
        2 * pass(problem, true) + pass(problem, false) + update.flops(),
        exponentials(problem));
  }
}
