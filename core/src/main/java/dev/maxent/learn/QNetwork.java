package dev.maxent.learn;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Networks whose parameters live on a backend, and their files.
 *
 * <p>Files are safetensors, which PyTorch and others read and write: {@code layers.0.weight} [out,
 * in], {@code layers.0.bias} [out] and so on for every layer, with layer norm {@code
 * norms.0.weight} and {@code norms.0.bias} [out] for hidden layers; several networks have another
 * first dimension, [E, out, in]. All are float32. A file of ours says the version of this, the
 * activation and a checksum of the elements in its metadata.
 */
public final class QNetwork implements AutoCloseable {
  private final Backend backend;
  private final Network network;

  private QNetwork(Backend backend, NetworkShape shape, DeviceArray parameters) {
    this.backend = backend;
    network = new Network(shape, parameters);
  }

  /**
   * Networks with random weights.
   *
   * @param backend where they live
   * @param shape what they compute
   * @param initialiser how weights start
   * @param seed any number; the same gives the same parameters
   * @return the networks; the caller closes them
   */
  public static QNetwork random(
      Backend backend, NetworkShape shape, Initialiser initialiser, long seed) {
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(initialiser, "initialiser");
    return of(backend, shape, initialiser.parameters(shape, seed));
  }

  /**
   * Networks with given parameters.
   *
   * @param backend where they live
   * @param shape what they compute
   * @param parameters all of them, laid out as the shape says
   * @return the networks; the caller closes them
   * @throws IllegalArgumentException if there are more or fewer parameters
   */
  public static QNetwork of(Backend backend, NetworkShape shape, double[] parameters) {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(parameters, "parameters");
    if (parameters.length != shape.allParameters()) {
      throw new IllegalArgumentException(
          "parameters has length "
              + parameters.length
              + ": expected "
              + shape.allParameters()
              + " for "
              + shape);
    }
    return new QNetwork(backend, shape, backend.real(parameters));
  }

  /**
   * Reads a file that {@link #save} wrote. Without hidden layers there is nothing to normalise, and
   * the shape is one without layer norm, whatever it was when it was saved.
   *
   * @param backend where the networks are to live
   * @param file safetensors with our metadata
   * @return the networks; the caller closes them
   * @throws NetworkFileException if the file is damaged or not one of ours; the message says
   *     whether it is the header, the version, the checksum or a shape
   * @throws IOException if it cannot be read
   */
  public static QNetwork load(Backend backend, Path file) throws IOException {
    return load(backend, NetworkFile.read(file, null));
  }

  /**
   * Reads a file, of ours or written by PyTorch, that must hold certain networks. Without our
   * metadata the activation is not in the file, and is taken to be the shape's.
   *
   * @param backend where the networks are to live
   * @param file safetensors
   * @param shape what it must hold
   * @return the networks; the caller closes them
   * @throws NetworkFileException if the file is damaged or holds something else
   * @throws IOException if it cannot be read
   */
  public static QNetwork load(Backend backend, Path file, NetworkShape shape) throws IOException {
    return load(backend, NetworkFile.read(file, Objects.requireNonNull(shape, "shape")));
  }

  private static QNetwork load(Backend backend, NetworkFile contents) {
    DeviceArray parameters = backend.real(contents.parameters());
    return new QNetwork(backend, contents.shape(), parameters);
  }

  /**
   * Writes the parameters, in float32, to a file beside it that then takes its place: whatever
   * interrupts it, there is the old file or the new one.
   *
   * @param file where to; replaced if it exists
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    new NetworkFile(shape(), network.parameters().toFloats()).write(file);
  }

  /**
   * The same networks once more, for example as a target network.
   *
   * @return with parameters of their own, which cross the host; the caller closes them
   */
  public QNetwork copy() {
    return of(backend, shape(), network.parameters().toDoubles());
  }

  /**
   * Where they live.
   *
   * @return the backend
   */
  public Backend backend() {
    return backend;
  }

  /**
   * For the kernels.
   *
   * @return shape and parameters
   */
  public Network network() {
    return network;
  }

  /**
   * What they compute.
   *
   * @return the shape
   */
  public NetworkShape shape() {
    return network.shape();
  }

  @Override
  public void close() {
    network.parameters().close();
  }
}
