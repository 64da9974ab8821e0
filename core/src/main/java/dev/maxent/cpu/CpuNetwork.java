package dev.maxent.cpu;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.Training;
import java.lang.foreign.ValueLayout;

/** Hands each operation to the tasks that do it. */
final class CpuNetwork extends NetworkKernels implements AutoCloseable {
  private final NetworkPasses passes;
  private final NetworkLanePasses lanes;
  private final NetworkUpdate update;

  CpuNetwork(Backend backend, CpuEngine engine) {
    super(backend);
    passes = new NetworkPasses(engine);
    lanes = new NetworkLanePasses(engine);
    update = new NetworkUpdate(engine);
  }

  @Override
  protected void launchForward(Network network, NetworkInputs inputs, DeviceArray outputs) {
    passes.forward(network, inputs, outputs);
  }

  @Override
  protected void launchBackward(
      Network network,
      NetworkInputs inputs,
      DeviceArray upstream,
      DeviceArray parameterGradient,
      DeviceArray inputGradient) {
    passes.backward(network, inputs, upstream, parameterGradient != null, inputGradient);
    if (parameterGradient != null) {
      update.collect(
          passes.plan(network.shape()),
          passes.sums(),
          passes.chunks(),
          SoftTask.segment(parameterGradient));
    }
  }

  @Override
  protected void launchRegressionStep(Network network, RegressionBatch batch, Training training) {
    NetworkPlan plan = passes.plan(network.shape());
    RegressionLoss loss = passes.loss();
    loss.place(batch, training.loss(), plan.shape.outputs());
    double errors = (double) batch.inputs().batch() * plan.shape.outputs();
    if (lanes.suit(plan.shape, batch.inputs().batch())) {
      lanes.place(plan.shape, loss);
      update.begin(plan);
      update.beginStep(network, training);
      update.beginLosses(loss.parts, errors, batch.loss());
      lanes.regress(network, batch.inputs(), loss, update);
      update.end();
    } else {
      passes.regress(network, batch.inputs());
      update.collect(plan, passes.sums(), passes.chunks(), null);
      update.setLosses(loss.parts, passes.chunks(), errors, batch.loss());
      update.step(network, training);
    }
    loss.clear();
  }

  @Override
  protected void launchUpdate(Network network, DeviceArray parameterGradient, Training training) {
    update.take(passes.plan(network.shape()), SoftTask.segment(parameterGradient));
    update.step(network, training);
  }

  @Override
  protected void launchEvaluate(Schedule schedule, DeviceArray step, DeviceArray out) {
    int taken = SoftTask.segment(step).get(ValueLayout.JAVA_INT, 0);
    SoftTask.segment(out).set(ValueLayout.JAVA_FLOAT, 0, (float) schedule.at(taken));
  }

  @Override
  public void close() {
    passes.close();
    lanes.close();
    update.close();
  }
}
