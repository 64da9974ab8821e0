package dev.maxent.opencl;

import dev.maxent.kernel.NetworkShape;
import java.util.Arrays;

/**
 * What forward and backward pass leave for each other, on the device: of each hidden layer the
 * sums, what the activation makes of them and, with layer norm, the normalised sums and each row's
 * deviation. Grows to the largest call.
 */
final class NetworkScratch {
  /** Rows of a batch whose gradients one work-group adds up. */
  private static final int SPLIT_ROWS = 64;

  private static final int MOST_SPLITS = 16;

  private final OpenClQueue queue;
  private DeviceMemory[] sums = {};
  private DeviceMemory[] units = {};
  private DeviceMemory[] normal = {};
  private DeviceMemory[] deviations = {};
  private final DeviceMemory[] deltas = new DeviceMemory[2];
  private DeviceMemory parts;
  private DeviceMemory gradient;
  private DeviceMemory terms;
  private DeviceMemory losses;
  private DeviceMemory squares;
  private int splits;

  NetworkScratch(OpenClQueue queue) {
    this.queue = queue;
  }

  /** Makes room for a forward pass. */
  void forward(NetworkShape shape, int batch) {
    int hidden = shape.layers() - 1;
    if (sums.length < hidden) {
      sums = Arrays.copyOf(sums, hidden);
      units = Arrays.copyOf(units, hidden);
      normal = Arrays.copyOf(normal, hidden);
      deviations = Arrays.copyOf(deviations, hidden);
    }
    long rows = (long) shape.networks() * batch;
    for (int layer = 0; layer < hidden; layer++) {
      long bytes = 4 * rows * shape.width(layer + 1);
      sums[layer] = queue.atLeast(sums[layer], bytes);
      units[layer] = queue.atLeast(units[layer], bytes);
      if (shape.isNormalised(layer)) {
        normal[layer] = queue.atLeast(normal[layer], bytes);
        deviations[layer] = queue.atLeast(deviations[layer], 4 * rows);
      }
    }
  }

  /** Makes room for a backward pass, with gradients by parameters or without. */
  void backward(NetworkShape shape, int batch, boolean learns) {
    splits = Math.clamp((batch + SPLIT_ROWS - 1) / SPLIT_ROWS, 1, MOST_SPLITS);
    int widest = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      widest = Math.max(widest, shape.width(layer + 1));
    }
    long bytes = 4L * shape.networks() * batch * widest;
    deltas[0] = queue.atLeast(deltas[0], bytes);
    deltas[1] = queue.atLeast(deltas[1], bytes);
    if (learns) {
      parts = queue.atLeast(parts, 4L * splits * shape.allParameters());
      sum(shape);
    }
  }

  /** Makes room for what adding up a gradient leaves. */
  private void sum(NetworkShape shape) {
    losses = queue.atLeast(losses, 4L * shape.networks());
    squares = queue.atLeast(squares, 12L * shape.networks() * NetworkSteps.pieces(shape));
  }

  /** Makes room for a step with so many terms of the loss. */
  void step(NetworkShape shape, long allTerms) {
    gradient = queue.atLeast(gradient, 4 * shape.allParameters());
    terms = queue.atLeast(terms, 4 * allTerms);
    sum(shape);
  }

  /** Makes room for a step of small networks. */
  void small(NetworkShape shape, long allTerms, int newSplits) {
    gradient = queue.atLeast(gradient, 4 * shape.allParameters());
    terms = queue.atLeast(terms, 4 * allTerms);
    parts = queue.atLeast(parts, 4L * newSplits * shape.allParameters());
  }

  DeviceMemory sums(int layer) {
    return sums[layer];
  }

  DeviceMemory units(int layer) {
    return units[layer];
  }

  DeviceMemory normal(int layer) {
    return normal[layer];
  }

  DeviceMemory deviations(int layer) {
    return deviations[layer];
  }

  /** Gradients by a layer's sums; layers take turns. */
  DeviceMemory deltas(int layer) {
    return deltas[layer & 1];
  }

  /** Gradients by the parameters, one after the other of each split of the batch. */
  DeviceMemory parts() {
    return parts;
  }

  int splits() {
    return splits;
  }

  DeviceMemory gradient() {
    return gradient;
  }

  /** Terms of each network's loss. */
  DeviceMemory terms() {
    return terms;
  }

  DeviceMemory losses() {
    return losses;
  }

  /** Sums of squares of the pieces of each gradient. */
  DeviceMemory squares() {
    return squares;
  }
}
