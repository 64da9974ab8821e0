package dev.maxent.kernel;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The shape of a multi-layer perceptron, or of several of the same shape (an ensemble: twin
 * critics, seeds, sweeps) that are computed together. Immutable.
 *
 * <p>Layer l from 0 computes z = W x + b; a hidden layer then, if asked for, normalises z over its
 * units, z ← gain · (z − mean) / √(variance + 10⁻⁵) + shift with the variance divided by their
 * number, and applies the activation. The last layer gives z. Without a hidden layer the network is
 * linear in its inputs.
 *
 * <p>All parameters live in one flat array: network by network, in a network layer by layer, in a
 * layer W (out × in, row-major), b (out) and, for hidden layers with layer norm, gain (out) and
 * shift (out). W and b are laid out as PyTorch's {@code Linear} has them, gain and shift as the
 * weight and bias of its {@code LayerNorm}.
 */
public final class NetworkShape {
  /** What is added to the variance in layer norm. */
  public static final double LAYER_NORM_EPSILON = 1e-5;

  /** So that an index into the parameters of a network is an int. */
  private static final long MOST_PARAMETERS = 1L << 30;

  private final int networks;
  private final int[] widths;
  private final Activation activation;
  private final boolean layerNorm;
  private final int[] offsets;

  private NetworkShape(int networks, int[] widths, Activation activation, boolean layerNorm) {
    this.networks = networks;
    this.widths = widths;
    this.activation = activation;
    this.layerNorm = layerNorm;
    this.offsets = new int[widths.length];
    long offset = 0;
    for (int layer = 0; layer < layers(); layer++) {
      int rows = isNormalised(layer) ? 3 : 1;
      offset += widths[layer + 1] * ((long) widths[layer] + rows);
      if (offset > MOST_PARAMETERS) {
        throw new IllegalArgumentException(
            "widths = "
                + name(widths)
                + ": expected at most "
                + MOST_PARAMETERS
                + " parameters per network");
      }
      offsets[layer + 1] = (int) offset;
    }
  }

  /**
   * One network with ReLU and without layer norm.
   *
   * @param widths number of inputs, of units of each hidden layer, of outputs; each 1 or more
   * @return the shape
   * @throws IllegalArgumentException if there are fewer than two widths, one is less than 1, or
   *     there would be more than 2³⁰ parameters
   */
  public static NetworkShape of(int... widths) {
    int[] copy = widths.clone();
    if (copy.length < 2) {
      throw new IllegalArgumentException(
          "widths = [" + name(copy) + "]: expected inputs, hidden layers if any, outputs");
    }
    for (int width : copy) {
      if (width < 1) {
        throw new IllegalArgumentException(
            "widths = " + name(copy) + ": expected each to be 1 or more");
      }
    }
    return new NetworkShape(1, copy, Activation.RELU, false);
  }

  /**
   * The same for several networks.
   *
   * @param count E, 1 or more
   * @return the shape
   * @throws IllegalArgumentException if the count is less than 1
   */
  public NetworkShape networks(int count) {
    Checks.size("networks", count, 1);
    return new NetworkShape(count, widths, activation, layerNorm);
  }

  /**
   * The same with another activation of the hidden layers.
   *
   * @param newActivation which
   * @return the shape
   */
  public NetworkShape activation(Activation newActivation) {
    Objects.requireNonNull(newActivation, "activation");
    return new NetworkShape(networks, widths, newActivation, layerNorm);
  }

  /**
   * The same with or without layer norm in the hidden layers.
   *
   * @param newLayerNorm whether they have it
   * @return the shape
   */
  public NetworkShape layerNorm(boolean newLayerNorm) {
    return new NetworkShape(networks, widths, activation, newLayerNorm);
  }

  /**
   * Number of networks.
   *
   * @return E
   */
  public int networks() {
    return networks;
  }

  /**
   * What hidden units apply.
   *
   * @return the activation
   */
  public Activation activation() {
    return activation;
  }

  /**
   * Whether hidden layers are normalised.
   *
   * @return true with layer norm
   */
  public boolean layerNorm() {
    return layerNorm;
  }

  /**
   * Number of layers with weights: hidden layers and the last one.
   *
   * @return 1 or more
   */
  public int layers() {
    return widths.length - 1;
  }

  /**
   * A width.
   *
   * @param index 0 for the inputs, {@link #layers()} for the outputs; layer l maps width l to width
   *     l + 1
   * @return number of units
   */
  public int width(int index) {
    return widths[index];
  }

  /**
   * Number of inputs of a network.
   *
   * @return the first width
   */
  public int inputs() {
    return widths[0];
  }

  /**
   * Number of outputs of a network.
   *
   * @return the last width
   */
  public int outputs() {
    return widths[layers()];
  }

  /**
   * The largest width, inputs and outputs included.
   *
   * @return number of units
   */
  public int widest() {
    int widest = 0;
    for (int width : widths) {
      widest = Math.max(widest, width);
    }
    return widest;
  }

  /**
   * Whether a layer has gain and shift.
   *
   * @param layer from 0 to {@link #layers()} − 1
   * @return true for hidden layers with layer norm
   */
  public boolean isNormalised(int layer) {
    return layerNorm && layer < layers() - 1;
  }

  /**
   * Number of parameters of one network.
   *
   * @return at most 2³⁰
   */
  public int parameters() {
    return offsets[layers()];
  }

  /**
   * Number of parameters of all networks: network e has those from e · {@link #parameters()}.
   *
   * @return the length of the flat array
   */
  public long allParameters() {
    return (long) networks * parameters();
  }

  /**
   * Where the weights of a layer start: W[o][i] is at weights(layer) + o · width(layer) + i.
   *
   * @param layer from 0 to {@link #layers()} − 1
   * @return an offset into the parameters of a network
   */
  public int weights(int layer) {
    return offsets[layer];
  }

  /**
   * Where the bias of a layer starts.
   *
   * @param layer from 0 to {@link #layers()} − 1
   * @return an offset into the parameters of a network
   */
  public int bias(int layer) {
    return offsets[layer] + widths[layer] * widths[layer + 1];
  }

  /**
   * Where the gain of a normalised layer starts.
   *
   * @param layer one for which {@link #isNormalised} is true
   * @return an offset into the parameters of a network
   */
  public int gain(int layer) {
    return bias(layer) + widths[layer + 1];
  }

  /**
   * Where the shift of a normalised layer starts.
   *
   * @param layer one for which {@link #isNormalised} is true
   * @return an offset into the parameters of a network
   */
  public int shift(int layer) {
    return bias(layer) + 2 * widths[layer + 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkShape shape
        && networks == shape.networks
        && activation == shape.activation
        && layerNorm == shape.layerNorm
        && Arrays.equals(widths, shape.widths);
  }

  @Override
  public int hashCode() {
    return Objects.hash(networks, Arrays.hashCode(widths), activation, layerNorm);
  }

  /**
   * For example {@code 2 networks 10-256-256-1, RELU, layer norm}.
   *
   * @return what it is
   */
  @Override
  public String toString() {
    return (networks == 1 ? "" : networks + " networks ")
        + name(widths)
        + (layers() == 1 ? "" : ", " + activation)
        + (layerNorm ? ", layer norm" : "");
  }

  private static String name(int[] widths) {
    return Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining("-"));
  }
}
