package dev.maxent.cpu;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import java.util.stream.IntStream;

/**
 * How networks of a shape lie in scratch, in floats: their packed parameters, the units of a tile
 * of rows, and a gradient whose rows are padded. Made once per shape.
 */
final class NetworkPlan {
  /** Outputs up to which a layer is computed by dot products and weighted sums. */
  private static final int NARROW = 4;

  /**
   * Floats of the widest layer in a tile, so that a tile's layers stay in the second-level cache.
   */
  private static final int TILE = 49_152;

  private static final int MOST_TILE_ROWS = 128;

  /** Parameters of a network that stays in the first-level cache with its gradient. */
  private static final int SMALL = 16_384;

  /** Rows that are worth a gradient of their own, which must be added to the others. */
  private static final int SMALL_CHUNK = 32;

  private static final int CHUNK = 128;

  /**
   * Of few rows at most so many gradients are kept apart; of many, one per so many least chunks.
   */
  private static final int FEW_CHUNKS = 4;

  /** Gradients that are kept apart, over all networks. */
  private static final int MOST_CHUNKS = 32;

  /** Parameters that one piece of an update covers. */
  private static final int STRETCH = 8192;

  final NetworkShape shape;
  final int layers;
  final int tileRows;

  /** Packed: B of the forward product, or rows of W where {@link #isNarrow}; B of the backward. */
  final long[] forward;

  final long[] backward;
  final long[] bias;
  final long[] gain;
  final long[] shift;

  /** Zeros at the beginning of what is packed. */
  final int zeros;

  final long packed;

  /** Units of a tile: the inputs of each layer, and after them the outputs of the last. */
  final long[] units;

  final long[] slopes;
  final long[] normal;
  final long[] scale;
  final long[] delta = new long[2];

  /** Room for sums over rows that nobody wants. */
  final long unwanted;

  final long tile;

  /** A gradient. */
  final long[] weightSums;

  final long[] biasSums;
  final long[] gainSums;
  final long[] shiftSums;
  final long gradient;

  /**
   * Where stretches of parameters that an update takes at a time begin, and the end of the last:
   * between rows of weights or between layers.
   */
  final int[] stretches;

  /** Blocks of rows in which the layers up to one are packed, summed. */
  final int[] blocks;

  NetworkPlan(NetworkShape shape) {
    this.shape = shape;
    layers = shape.layers();
    int widest = Product.stride(shape.widest());
    int fitting = TILE / widest / 16 * 16;
    tileRows = Math.clamp(fitting, 16, MOST_TILE_ROWS);
    forward = new long[layers];
    backward = new long[layers];
    bias = new long[layers];
    gain = new long[layers];
    shift = new long[layers];
    weightSums = new long[layers];
    biasSums = new long[layers];
    gainSums = new long[layers];
    shiftSums = new long[layers];
    units = new long[layers + 1];
    slopes = new long[layers];
    normal = new long[layers];
    scale = new long[layers];
    zeros = widest;
    long pack = zeros;
    long sums = 0;
    long tiles = 0;
    for (int l = 0; l < layers; l++) {
      int in = shape.width(l);
      int out = shape.width(l + 1);
      int padded = Product.padded(out);
      forward[l] = pack;
      pack += isNarrow(l) ? (long) out * Product.padded(in) : (long) padded * in;
      backward[l] = pack;
      pack += (long) Product.padded(in) * out;
      bias[l] = pack;
      gain[l] = pack + padded;
      shift[l] = pack + 2L * padded;
      pack += 3L * padded;
      weightSums[l] = sums;
      sums += (long) Product.group(out) * Product.stride(in);
      biasSums[l] = sums;
      gainSums[l] = sums + padded;
      shiftSums[l] = sums + 2L * padded;
      sums += 3L * padded;
      long rows = (long) tileRows * Product.stride(out);
      units[l] = tiles;
      tiles += (long) tileRows * Product.stride(in);
      slopes[l] = tiles;
      normal[l] = tiles + rows;
      scale[l] = tiles + 2 * rows;
      tiles += 2 * rows + (long) UnitRows.NORM * tileRows;
    }
    units[layers] = tiles;
    tiles += (long) tileRows * Product.stride(shape.outputs());
    delta[0] = tiles;
    delta[1] = tiles + (long) tileRows * widest;
    tiles += 2L * tileRows * widest;
    unwanted = tiles;
    tiles += widest;
    packed = pack;
    gradient = sums;
    tile = tiles;
    stretches = stretches(shape);
    blocks = new int[layers];
    for (int l = 0; l < layers; l++) {
      int before = l == 0 ? 0 : blocks[l - 1];
      blocks[l] = before + (shape.width(l + 1) + NetworkLoops.BLOCK - 1) / NetworkLoops.BLOCK;
    }
  }

  private static int[] stretches(NetworkShape shape) {
    IntStream.Builder cuts = IntStream.builder().add(0);
    int last = 0;
    for (int l = 0; l < shape.layers(); l++) {
      int in = shape.width(l);
      for (int row = 1; row <= shape.width(l + 1); row++) {
        int at = shape.weights(l) + row * in;
        if (at - last >= STRETCH && at < shape.parameters()) {
          cuts.add(at);
          last = at;
        }
      }
    }
    return cuts.add(shape.parameters()).build().toArray();
  }

  boolean isNarrow(int layer) {
    return shape.width(layer + 1) <= NARROW;
  }

  boolean isHidden(int layer) {
    return layer < layers - 1;
  }

  /** What a layer applies. */
  Activation activation(int layer) {
    return isHidden(layer) ? shape.activation() : Activation.IDENTITY;
  }

  /** Parts of a batch with gradients of their own; depends on the shapes only. */
  int chunks(int batch) {
    int least = shape.parameters() <= SMALL ? SMALL_CHUNK : CHUNK;
    int most = Math.max(1, MOST_CHUNKS / shape.networks());
    int few = Math.min(FEW_CHUNKS, batch / least);
    return Math.clamp(Math.max(few, batch / (FEW_CHUNKS * least)), 1, most);
  }

  /** Floating-point operations of a forward pass of one row. */
  double flops() {
    double sum = 0;
    for (int l = 0; l < layers; l++) {
      sum += 2.0 * shape.width(l) * shape.width(l + 1);
    }
    return sum;
  }
}
