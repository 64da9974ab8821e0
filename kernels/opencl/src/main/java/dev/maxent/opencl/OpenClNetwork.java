package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.Training;

/** Multi-layer perceptrons by the programs whose names begin with network. */
final class OpenClNetwork extends NetworkKernels {
  private final NetworkScratch scratch;
  private final NetworkPasses passes;
  private final NetworkSteps steps;
  private final NetworkSmall small;

  OpenClNetwork(Backend backend, OpenClQueue queue) {
    super(backend);
    scratch = new NetworkScratch(queue);
    passes = new NetworkPasses(queue, scratch);
    steps = new NetworkSteps(queue, scratch, passes);
    small = new NetworkSmall(queue, scratch, passes, steps);
  }

  private static DeviceMemory memory(DeviceArray array) {
    return array == null ? null : ((OpenClArray) array).memory();
  }

  @Override
  protected void launchForward(Network network, NetworkInputs inputs, DeviceArray outputs) {
    passes.forward(network, inputs, memory(outputs));
  }

  @Override
  protected void launchBackward(
      Network network,
      NetworkInputs inputs,
      DeviceArray upstream,
      DeviceArray parameterGradient,
      DeviceArray inputGradient) {
    NetworkShape shape = network.shape();
    boolean learns = parameterGradient != null;
    scratch.backward(shape, inputs.batch(), learns);
    passes.hidden(network, inputs);
    passes.backward(network, inputs, memory(upstream), learns, memory(inputGradient));
    if (learns) {
      steps.sum(shape, scratch.parts(), scratch.splits(), memory(parameterGradient), 0, null);
    }
  }

  @Override
  protected void launchRegressionStep(Network network, RegressionBatch batch, Training training) {
    NetworkShape shape = network.shape();
    if (small.fits(shape)) {
      small.step(network, batch, training);
      return;
    }
    NetworkInputs inputs = batch.inputs();
    int terms = inputs.batch() * shape.outputs();
    scratch.step(shape, (long) shape.networks() * terms);
    scratch.backward(shape, inputs.batch(), true);
    passes.learn(network, batch, training.loss());
    passes.backward(network, inputs, scratch.deltas(shape.layers()), true, null);
    steps.sum(shape, scratch.parts(), scratch.splits(), scratch.gradient(), terms, batch.loss());
    steps.move(network, training);
  }

  @Override
  protected void launchUpdate(Network network, DeviceArray parameterGradient, Training training) {
    NetworkShape shape = network.shape();
    scratch.step(shape, 0);
    steps.sum(shape, memory(parameterGradient), 1, scratch.gradient(), 0, null);
    steps.move(network, training);
  }

  @Override
  protected void launchEvaluate(Schedule schedule, DeviceArray step, DeviceArray out) {
    steps.evaluate(schedule, step, out);
  }
}
