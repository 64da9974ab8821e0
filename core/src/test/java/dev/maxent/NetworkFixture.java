package dev.maxent;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A network with everything that its training needs, from arrays to arrays. */
public final class NetworkFixture implements AutoCloseable {
  private final Backend backend;
  private final List<DeviceArray> arrays = new ArrayList<>();
  public final NetworkShape shape;
  public final Network network;
  public final DeviceArray firstMoment;
  public final DeviceArray secondMoment;
  public final DeviceArray target;
  public final DeviceArray step;
  public final DeviceArray nonFinite;
  public final DeviceArray loss;
  public final DeviceArray gradientNorm;

  public NetworkFixture(Backend backend, NetworkShape shape, double... parameters) {
    this.backend = backend;
    this.shape = shape;
    network = new Network(shape, real(parameters));
    firstMoment = zeros(ElementType.REAL, shape.allParameters());
    secondMoment = zeros(ElementType.REAL, shape.allParameters());
    target = real(parameters);
    step = zeros(ElementType.INT32, 1);
    nonFinite = zeros(ElementType.INT32, 1);
    loss = zeros(ElementType.REAL, shape.networks());
    gradientNorm = zeros(ElementType.REAL, shape.networks());
  }

  /** An array that is closed with this. */
  public DeviceArray real(double... values) {
    DeviceArray array = backend.real(values);
    arrays.add(array);
    return array;
  }

  /** An array that is closed with this. */
  public DeviceArray zeros(ElementType type, long length) {
    DeviceArray array = backend.allocate(type, length);
    arrays.add(array);
    return array;
  }

  /** Rows that all networks see. */
  public NetworkInputs shared(double... x) {
    return NetworkInputs.shared(real(x), x.length / shape.inputs());
  }

  public double[] forward(NetworkInputs inputs) {
    long length = (long) shape.networks() * inputs.batch() * shape.outputs();
    DeviceArray outputs = zeros(ElementType.REAL, length);
    backend.network().forward(network, inputs, outputs);
    return outputs.toDoubles();
  }

  /** Both gradients of Σ upstream · y: by the parameters, by the inputs. */
  public double[][] backward(NetworkInputs inputs, double... upstream) {
    DeviceArray byParameter = zeros(ElementType.REAL, shape.allParameters());
    long length = (long) shape.networks() * inputs.batch() * shape.inputs();
    DeviceArray byInput = zeros(ElementType.REAL, length);
    backend.network().backward(network, inputs, real(upstream), byParameter, byInput);
    return new double[][] {byParameter.toDoubles(), byInput.toDoubles()};
  }

  /** A training that tells norms; the fixture's target network is there for the taking. */
  public Training training(AdamSettings adam) {
    return Training.of(adam, firstMoment, secondMoment, step, nonFinite)
        .withGradientNorm(gradientNorm);
  }

  public void step(
      NetworkInputs inputs,
      double[] targets,
      UnaryOperator<RegressionBatch> how,
      Training training) {
    RegressionBatch batch = RegressionBatch.of(inputs, real(targets)).withLoss(loss);
    backend.network().regressionStep(network, how.apply(batch), training);
  }

  public double[] parameters() {
    return network.parameters().toDoubles();
  }

  @Override
  public void close() {
    arrays.forEach(DeviceArray::close);
  }
}
