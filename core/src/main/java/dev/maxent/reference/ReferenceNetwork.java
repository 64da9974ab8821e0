package dev.maxent.reference;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.Training;

/** One network after the other. */
final class ReferenceNetwork extends NetworkKernels {

  ReferenceNetwork(Backend backend) {
    super(backend);
  }

  private static double[] part(DeviceArray array, long index, int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = Memory.real(array, index * length + i);
    }
    return values;
  }

  private static void setPart(DeviceArray array, long index, double[] values) {
    for (int i = 0; array != null && i < values.length; i++) {
      Memory.setReal(array, index * values.length + i, values[i]);
    }
  }

  private static double[] row(Network network, NetworkInputs inputs, int e, int b) {
    long set = inputs.isShared() ? 0 : e;
    return part(inputs.array(), set * inputs.batch() + b, network.shape().inputs());
  }

  private static Perceptron perceptron(Network network, int e) {
    NetworkShape shape = network.shape();
    return new Perceptron(shape, part(network.parameters(), e, shape.parameters()));
  }

  @Override
  protected void launchForward(Network network, NetworkInputs inputs, DeviceArray outputs) {
    for (int e = 0; e < network.shape().networks(); e++) {
      Perceptron perceptron = perceptron(network, e);
      for (int b = 0; b < inputs.batch(); b++) {
        double[] y = perceptron.forward(row(network, inputs, e, b));
        setPart(outputs, (long) e * inputs.batch() + b, y);
      }
    }
  }

  @Override
  protected void launchBackward(
      Network network,
      NetworkInputs inputs,
      DeviceArray upstream,
      DeviceArray parameterGradient,
      DeviceArray inputGradient) {
    NetworkShape shape = network.shape();
    for (int e = 0; e < shape.networks(); e++) {
      Perceptron perceptron = perceptron(network, e);
      double[] gradient = new double[shape.parameters()];
      for (int b = 0; b < inputs.batch(); b++) {
        long index = (long) e * inputs.batch() + b;
        perceptron.forward(row(network, inputs, e, b));
        double[] byInput = perceptron.backward(part(upstream, index, shape.outputs()), gradient);
        setPart(inputGradient, index, byInput);
      }
      setPart(parameterGradient, e, gradient);
    }
  }

  @Override
  protected void launchRegressionStep(Network network, RegressionBatch batch, Training training) {
    NetworkShape shape = network.shape();
    int rows = batch.inputs().batch();
    int outputs = rows * shape.outputs();
    boolean shared = batch.targets().length() == outputs;
    boolean finite = true;
    for (int e = 0; e < shape.networks(); e++) {
      double[][] x = new double[rows][];
      for (int b = 0; b < rows; b++) {
        x[b] = row(network, batch.inputs(), e, b);
      }
      double[] parameters = part(network.parameters(), e, shape.parameters());
      double[] targets = part(batch.targets(), shared ? 0 : e, outputs);
      double[] weights = batch.weights() == null ? null : part(batch.weights(), 0, rows);
      Regression regression =
          new Regression(shape, parameters, x, targets, weights, training.loss());
      setPart(batch.errors(), e, regression.errors());
      setPart(batch.loss(), e, new double[] {regression.loss()});
      finite &= move(network, e, regression.loss(), regression.gradient(), training);
    }
    count(finite, training);
  }

  @Override
  protected void launchUpdate(Network network, DeviceArray parameterGradient, Training training) {
    boolean finite = true;
    for (int e = 0; e < network.shape().networks(); e++) {
      double[] gradient = part(parameterGradient, e, network.shape().parameters());
      finite &= move(network, e, 0, gradient, training);
    }
    count(finite, training);
  }

  /** Moves one network, unless its loss or its gradient is none to take in float32: then false. */
  private static boolean move(
      Network network, int e, double loss, double[] gradient, Training training) {
    double norm = AdamStep.norm(gradient);
    setPart(training.gradientNorm(), e, new double[] {norm});
    if (!Float.isFinite((float) loss) || !training.adam().takes(norm)) {
      return false;
    }
    double[] parameters = part(network.parameters(), e, gradient.length);
    double[] first = part(training.firstMoment(), e, gradient.length);
    double[] second = part(training.secondMoment(), e, gradient.length);
    AdamStep step = new AdamStep(training.adam(), Memory.int32(training.step(), 0));
    step.move(parameters, gradient, first, second);
    setPart(network.parameters(), e, parameters);
    setPart(training.firstMoment(), e, first);
    setPart(training.secondMoment(), e, second);
    if (training.target() != null) {
      double[] target = part(training.target(), e, gradient.length);
      step.follow(training.targetUpdate(), parameters, target);
      setPart(training.target(), e, target);
    }
    return true;
  }

  private static void count(boolean finite, Training training) {
    int number = Memory.int32(training.step(), 0) + 1;
    Memory.setInt32(training.step(), 0, number);
    if (!finite && Memory.int32(training.nonFinite(), 0) == 0) {
      Memory.setInt32(training.nonFinite(), 0, number);
    }
  }

  @Override
  protected void launchEvaluate(Schedule schedule, DeviceArray step, DeviceArray out) {
    Memory.setReal(out, 0, schedule.at(Memory.int32(step, 0)));
  }
}
