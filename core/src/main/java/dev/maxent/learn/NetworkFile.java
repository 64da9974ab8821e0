package dev.maxent.learn;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parameters of networks in a {@link SafeTensors} file, see {@link QNetwork#save}.
 *
 * @param shape the networks
 * @param parameters all, laid out as the shape says
 */
@SuppressWarnings("ArrayRecordComponent") // Large; read once.
record NetworkFile(NetworkShape shape, float[] parameters) {
  private static final String VERSION = "maxent.version";
  private static final String ACTIVATION = "maxent.activation";
  private static final String CHECKSUM = "maxent.crc32";

  /** More than any header of a shape takes. */
  private static final long MOST_HEADER = 1 << 20;

  /** The version that this class reads and writes. */
  private static final String CURRENT = "1";

  /** One array of a network: its name, where it starts, and its sizes in one network. */
  private record Part(String name, int offset, List<Long> sizes) {
    int length() {
      return (int) sizes.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    List<Long> shape(int networks) {
      List<Long> shape = new ArrayList<>(sizes);
      if (networks > 1) {
        shape.addFirst((long) networks);
      }
      return shape;
    }
  }

  private static List<Part> parts(NetworkShape shape) {
    List<Part> parts = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      long in = shape.width(layer);
      long out = shape.width(layer + 1);
      parts.add(new Part("layers." + layer + ".weight", shape.weights(layer), List.of(out, in)));
      parts.add(new Part("layers." + layer + ".bias", shape.bias(layer), List.of(out)));
      if (shape.isNormalised(layer)) {
        parts.add(new Part("norms." + layer + ".weight", shape.gain(layer), List.of(out)));
        parts.add(new Part("norms." + layer + ".bias", shape.shift(layer), List.of(out)));
      }
    }
    return parts;
  }

  void write(Path file) throws IOException {
    long bytes = 4 * shape.allParameters();
    if (bytes > SafeTensors.LARGEST - MOST_HEADER) {
      throw new NetworkFileException(
          file, shape + " takes " + bytes + " bytes: expected at most 2 GiB");
    }
    Map<String, Tensor> tensors = new TreeMap<>();
    for (Part part : parts(shape)) {
      int length = part.length();
      float[] values = new float[Math.multiplyExact(shape.networks(), length)];
      for (int e = 0; e < shape.networks(); e++) {
        int from = e * shape.parameters() + part.offset;
        System.arraycopy(parameters, from, values, e * length, length);
      }
      tensors.put(part.name, new Tensor(part.shape(shape.networks()), values));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(VERSION, CURRENT);
    metadata.put(ACTIVATION, shape.activation().name().toLowerCase(Locale.ROOT));
    metadata.put(CHECKSUM, SafeTensors.checksum(tensors));
    new SafeTensors(metadata, tensors).write(file);
  }

  /** Reads a file; {@code wanted} may be null where the file says everything by itself. */
  static NetworkFile read(Path file, NetworkShape wanted) throws IOException {
    SafeTensors contents = SafeTensors.read(file);
    Map<String, String> metadata = contents.metadata();
    boolean ours = metadata.containsKey(VERSION);
    if (ours) {
      checkVersion(file, metadata.get(VERSION));
    } else if (wanted == null) {
      throw new NetworkFileException(
          file,
          "no " + VERSION + " in its metadata: expected one, or a shape to be given with the file");
    }
    Activation activation = ours ? activation(file, metadata.get(ACTIVATION)) : wanted.activation();
    NetworkShape shape = shape(file, contents.tensors()).activation(activation);
    if (wanted != null && shape.layers() == 1) {
      // Without hidden layers these do nothing, and the file cannot say all of them.
      shape = shape.activation(wanted.activation()).layerNorm(wanted.layerNorm());
    }
    if (wanted != null && !wanted.equals(shape)) {
      throw new NetworkFileException(file, "it holds " + shape + ": expected " + wanted);
    }
    float[] parameters = new float[Math.toIntExact(shape.allParameters())];
    Set<String> surplus = new TreeSet<>(contents.tensors().keySet());
    for (Part part : parts(shape)) {
      Tensor tensor = contents.tensors().get(part.name);
      List<Long> sizes = part.shape(shape.networks());
      if (tensor == null || !tensor.shape().equals(sizes)) {
        String is = tensor == null ? " is missing" : " has shape " + tensor.shape();
        throw new NetworkFileException(
            file, "tensor '" + part.name + "'" + is + ": expected shape " + sizes);
      }
      surplus.remove(part.name);
      for (int e = 0; e < shape.networks(); e++) {
        int to = e * shape.parameters() + part.offset;
        System.arraycopy(tensor.values(), e * part.length(), parameters, to, part.length());
      }
    }
    if (!surplus.isEmpty()) {
      throw new NetworkFileException(
          file, "tensors " + surplus + " do not belong to " + shape + ": expected none");
    }
    if (ours) {
      // Last, as it says least.
      checkSum(file, contents);
    }
    return new NetworkFile(shape, parameters);
  }

  private static void checkVersion(Path file, String version) throws IOException {
    if (!version.equals(CURRENT)) {
      throw new NetworkFileException(file, VERSION + " = " + version + ": expected " + CURRENT);
    }
  }

  private static void checkSum(Path file, SafeTensors contents) throws IOException {
    String sum = SafeTensors.checksum(contents.tensors());
    String said = contents.metadata().get(CHECKSUM);
    if (!sum.equals(said)) {
      throw new NetworkFileException(
          file, "checksum of its elements is " + sum + ": expected " + CHECKSUM + " = " + said);
    }
  }

  private static Activation activation(Path file, String name) throws IOException {
    for (Activation activation : Activation.values()) {
      if (activation.name().toLowerCase(Locale.ROOT).equals(name)) {
        return activation;
      }
    }
    throw new NetworkFileException(
        file,
        ACTIVATION
            + " = "
            + name
            + ": expected one of "
            + List.of(Activation.values()).toString().toLowerCase(Locale.ROOT));
  }

  /** What the weights' sizes say; the other arrays are checked against it. */
  private static NetworkShape shape(Path file, Map<String, Tensor> tensors) throws IOException {
    List<Integer> widths = new ArrayList<>();
    int networks = 1;
    for (int layer = 0; tensors.containsKey("layers." + layer + ".weight"); layer++) {
      List<Long> sizes = tensors.get("layers." + layer + ".weight").shape();
      int matrix = sizes.size() - 2;
      boolean fits = matrix == 0 || matrix == 1;
      for (long size : sizes) {
        fits &= size >= 1 && size <= Integer.MAX_VALUE;
      }
      if (!fits) {
        throw new NetworkFileException(
            file,
            "tensor 'layers." + layer + ".weight' has shape " + sizes + ": expected out x in");
      }
      int here = matrix == 1 ? sizes.getFirst().intValue() : 1;
      int in = sizes.getLast().intValue();
      if (layer == 0) {
        networks = here;
        widths.add(in);
      } else if (here != networks || in != widths.getLast()) {
        throw new NetworkFileException(
            file,
            "tensor 'layers.%d.weight' has shape %s: expected %s%d columns, the rows of layer %d"
                .formatted(
                    layer,
                    sizes,
                    networks > 1 ? networks + " networks and " : "",
                    widths.getLast(),
                    layer - 1));
      }
      widths.add(sizes.get(matrix).intValue());
    }
    if (widths.isEmpty()) {
      throw new NetworkFileException(
          file, "tensors " + tensors.keySet() + ": expected 'layers.0.weight' and so on");
    }
    boolean norm = tensors.containsKey("norms.0.weight");
    try {
      return NetworkShape.of(widths.stream().mapToInt(Integer::intValue).toArray())
          .networks(networks)
          .layerNorm(norm);
    } catch (IllegalArgumentException refusal) {
      throw new NetworkFileException(file, refusal.getMessage());
    }
  }
}
