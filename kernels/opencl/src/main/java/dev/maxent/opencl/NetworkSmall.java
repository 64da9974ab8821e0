package dev.maxent.opencl;

import dev.maxent.kernel.Loss;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Training;

/**
 * A regression step of networks whose layers fit local memory, in two launches: small_pass takes
 * tiles of rows through all layers and back, sum_and_adam does the rest. They have at most eight
 * hidden layers, at most 64 units in each, at most 65,536 parameters, and so few hidden units and
 * outputs in all that those of four rows fit 32 KiB: some 1500 on a GPU, 440 on a CPU, where rows
 * are padded; with layer norm 60 less.
 */
final class NetworkSmall {
  /** Units of a hidden layer at most, as CHUNK in network_layers.cl. */
  private static final int MOST_UNITS = 64;

  /** Hidden layers at most: their widths are eight bits each of one number. */
  private static final int MOST_HIDDEN = 8;

  /** Parameters of a network at most, which one group moves. */
  private static final int MOST_PARAMETERS = 1 << 16;

  /** Floats of local memory, as in network_layers.cl. */
  private static final int POOL = 8192;

  /** Of those, what is read beyond the last matrix. */
  private static final int SPARE = 16;

  private static final int MOST_SPLITS = 64;

  private final OpenClQueue queue;
  private final NetworkScratch scratch;
  private final NetworkPasses passes;
  private final NetworkSteps steps;

  NetworkSmall(
      OpenClQueue queue, NetworkScratch scratch, NetworkPasses passes, NetworkSteps steps) {
    this.queue = queue;
    this.scratch = scratch;
    this.passes = passes;
    this.steps = steps;
  }

  /** Whether it takes networks of this shape, on this device. */
  boolean fits(NetworkShape shape) {
    int hidden = shape.layers() - 1;
    if (shape.parameters() > MOST_PARAMETERS || hidden > MOST_HIDDEN) {
      return false;
    }
    for (int l = 0; l < hidden; l++) {
      if (shape.width(l + 1) > MOST_UNITS) {
        return false;
      }
    }
    return rows(shape) > 0 && queue.device().localBytes() >= 4 * POOL;
  }

  /** Rows of a tile: as many as fit with what all layers leave for the way back; or 0. */
  private int rows(NetworkShape shape) {
    boolean single = queue.tuning().single();
    int units = shape.layerNorm() ? 2 * MOST_UNITS : MOST_UNITS;
    for (int l = 0; l < shape.layers(); l++) {
      // With layer norm, each row's deviation too.
      units += shape.width(l + 1) + (shape.isNormalised(l) ? 1 : 0);
    }
    for (int rows = single ? 32 : 16; rows >= 4; rows /= 2) {
      int stride = single ? (rows + 15) & ~15 : rows | 1;
      if ((long) units * stride <= POOL - SPARE) {
        return rows;
      }
    }
    return 0;
  }

  /** Everything. */
  void step(Network network, RegressionBatch batch, Training training) {
    NetworkShape shape = network.shape();
    NetworkInputs inputs = batch.inputs();
    int rows = rows(shape);
    int tiles = Math.max(1, (inputs.batch() + rows - 1) / rows);
    int filling = 4 * queue.device().computeUnits() / shape.networks();
    int splits = Math.min(tiles, Math.clamp(filling, 1, MOST_SPLITS));
    int terms = inputs.batch() * shape.outputs();
    scratch.small(shape, (long) shape.networks() * terms, splits);
    pass(network, batch, training.loss(), rows, tiles, splits);
    steps.sumAndMove(network, training, splits, terms, batch.loss());
  }

  private void pass(
      Network network, RegressionBatch batch, Loss loss, int rows, int tiles, int splits) {
    NetworkShape shape = network.shape();
    NetworkInputs inputs = batch.inputs();
    int each = inputs.batch() * shape.outputs();
    KernelCall call =
        passes
            .kernel(Source.NETWORK_SMALL, "small_pass")
            .array(inputs.array())
            .int32(inputs.isShared() ? 0 : inputs.batch() * shape.inputs())
            .array(network.parameters())
            .int32(shape.parameters())
            .int32(shape.layers())
            .int32(shape.inputs())
            .int64(hidden(shape))
            .int32(shape.outputs())
            .int32(NetworkPasses.code(shape.activation()))
            .int32(shape.layerNorm() ? 1 : 0)
            .int32(inputs.batch())
            .int32(rows)
            .int32(tiles)
            .int32(shape.networks())
            .int32(splits);
    NetworkPasses.bindLoss(call, batch, loss, each)
        .memory(scratch.terms())
        .memory(scratch.parts())
        .run((long) shape.networks() * splits);
  }

  private static long hidden(NetworkShape shape) {
    long widths = 0;
    for (int l = shape.layers() - 2; l >= 0; l--) {
      widths = widths << 8 | shape.width(l + 1);
    }
    return widths;
  }
}
