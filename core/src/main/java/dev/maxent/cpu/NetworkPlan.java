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

  /** Gradients that are kept apart, over all networks. */
  private static final int MOST_CHUNKS = 16;

  /** Parameters that one piece of an update covers. */
  private static final int STRETCH = 8192;

  final NetworkShape shape;
  final int layers;
  final int tileRows;

  /** Packed: B of the forward product, or rows of W where {@link #isNarrow}; B of the backward. */
  final int[] forward;

  final int[] backward;
  final int[] bias;
  final int[] gain;
  final int[] shift;

  /** Zeros at the beginning of what is packed. */
  final int zeros;

  final int packed;

  /** Units of a tile: the inputs of each layer, and after them the outputs of the last. */
  final int[] units;

  final int[] slopes;
  final int[] normal;
  final int[] scale;
  final int[] delta = new int[2];

  /** Room for sums over rows that nobody wants. */
  final int unwanted;

  final int tile;

  /** A gradient. */
  final int[] weightSums;

  final int[] biasSums;
  final int[] gainSums;
  final int[] shiftSums;
  final int gradient;

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
    forward = new int[layers];
    backward = new int[layers];
    bias = new int[layers];
    gain = new int[layers];
    shift = new int[layers];
    weightSums = new int[layers];
    biasSums = new int[layers];
    gainSums = new int[layers];
    shiftSums = new int[layers];
    units = new int[layers + 1];
    slopes = new int[layers];
    normal = new int[layers];
    scale = new int[layers];
    zeros = widest;
    long pack = zeros;
    long sums = 0;
    long tiles = 0;
    for (int l = 0; l < layers; l++) {
      int in = shape.width(l);
      int out = shape.width(l + 1);
      int padded = Product.padded(out);
      forward[l] = at(pack);
      pack += isNarrow(l) ? (long) out * Product.padded(in) : (long) padded * in;
      backward[l] = at(pack);
      pack += (long) Product.padded(in) * out;
      bias[l] = at(pack);
      gain[l] = at(pack + padded);
      shift[l] = at(pack + 2L * padded);
      pack += 3L * padded;
      weightSums[l] = at(sums);
      sums += (long) Product.group(out) * Product.stride(in);
      biasSums[l] = at(sums);
      gainSums[l] = at(sums + padded);
      shiftSums[l] = at(sums + 2L * padded);
      sums += 3L * padded;
      long rows = (long) tileRows * Product.stride(out);
      units[l] = at(tiles);
      tiles += (long) tileRows * Product.stride(in);
      slopes[l] = at(tiles);
      normal[l] = at(tiles + rows);
      scale[l] = at(tiles + 2 * rows);
      tiles += 2 * rows + (long) UnitRows.NORM * tileRows;
    }
    units[layers] = at(tiles);
    tiles += (long) tileRows * Product.stride(shape.outputs());
    delta[0] = at(tiles);
    delta[1] = at(tiles + (long) tileRows * widest);
    tiles += 2L * tileRows * widest;
    unwanted = at(tiles);
    tiles += widest;
    packed = at(pack);
    gradient = at(sums);
    tile = at(tiles);
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

  /** Padding may take sizes beyond an int though the parameters fit. */
  private static int at(long offset) {
    return Math.toIntExact(offset);
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
    return Math.clamp(batch / least, 1, most);
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
