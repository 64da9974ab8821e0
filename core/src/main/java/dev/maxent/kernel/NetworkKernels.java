package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Objects;

/**
 * Multi-layer perceptrons and their regression, for E networks of one shape at once. What a network
 * computes and how its parameters lie is in {@link NetworkShape}.
 *
 * <p>An input row that holds NaN makes its outputs NaN and touches no other row's; what ±∞ and
 * numbers whose products leave float32 give is not fixed. Sums over the batch are taken in an order
 * that depends on shapes only. Beyond the arguments a backend keeps what it needs between forward
 * and backward pass by itself. Errors are as in {@link SoftValueKernels}.
 */
public abstract class NetworkKernels {
  /** So that an index into the units of a layer, padded, is still an int. */
  private static final long MOST_UNITS = 1L << 30;

  private final Backend backend;
  private final Overlaps overlaps = new Overlaps();

  /**
   * For subclasses.
   *
   * @param backend the backend that owns the arrays
   */
  protected NetworkKernels(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  /**
   * Outputs y of each network for each row.
   *
   * @param network the networks
   * @param inputs x
   * @param outputs out: REAL, networks × batch × outputs: y
   */
  public final void forward(Network network, NetworkInputs inputs, DeviceArray outputs) {
    backend.enter();
    try {
      check(network, inputs);
      Checks.array(backend, "outputs", outputs, REAL, outputs(network, inputs));
      reads(network, inputs).writes("outputs", outputs);
      launchForward(network, inputs, outputs);
    } finally {
      backend.exit();
    }
  }

  /**
   * Gradients of Σ upstream · y by the parameters, summed over the batch, and by the inputs; the
   * forward pass is computed again.
   *
   * @param network the networks
   * @param inputs x
   * @param upstream REAL, networks × batch × outputs: what each output is multiplied by
   * @param parameterGradient out: REAL, as long as the parameters; or null
   * @param inputGradient out: REAL, networks × batch × inputs, each network's own even where the
   *     inputs are shared; or null. At least one of the two gradients must be there
   */
  public final void backward(
      Network network,
      NetworkInputs inputs,
      DeviceArray upstream,
      DeviceArray parameterGradient,
      DeviceArray inputGradient) {
    backend.enter();
    try {
      check(network, inputs);
      NetworkShape shape = network.shape();
      Checks.array(backend, "upstream", upstream, REAL, outputs(network, inputs));
      if (parameterGradient == null && inputGradient == null) {
        throw new IllegalArgumentException(
            "parameterGradient and inputGradient are null: expected at least one of them");
      }
      if (parameterGradient != null) {
        Checks.array(backend, "parameterGradient", parameterGradient, REAL, shape.allParameters());
      }
      if (inputGradient != null) {
        long rows = (long) shape.networks() * inputs.batch();
        long length = Checks.product(shape.inputs(), rows);
        Checks.array(backend, "inputGradient", inputGradient, REAL, length);
      }
      reads(network, inputs)
          .reads("upstream", upstream)
          .writes("parameterGradient", parameterGradient)
          .writes("inputGradient", inputGradient);
      launchBackward(network, inputs, upstream, parameterGradient, inputGradient);
    } finally {
      backend.exit();
    }
  }

  /**
   * One step of regression: outputs and errors e = y − t with the parameters as they are, the loss
   * of {@link RegressionBatch}, its gradient by the parameters, then all of {@link #update}.
   *
   * @param network the networks; their parameters are updated
   * @param batch what to learn from
   * @param training how; its arrays are updated
   */
  public final void regressionStep(Network network, RegressionBatch batch, Training training) {
    backend.enter();
    try {
      Objects.requireNonNull(network, "network");
      Objects.requireNonNull(batch, "batch");
      Objects.requireNonNull(training, "training");
      NetworkInputs inputs = batch.inputs();
      check(network, inputs);
      check(network.shape(), training);
      NetworkShape shape = network.shape();
      long each = (long) inputs.batch() * shape.outputs();
      DeviceArray targets = batch.targets();
      boolean shared = targets == null || targets.length() == each;
      long length = shared ? each : outputs(network, inputs);
      Checks.array(backend, "targets", targets, REAL, length);
      if (batch.weights() != null) {
        Checks.array(backend, "weights", batch.weights(), REAL, inputs.batch());
      }
      if (batch.errors() != null) {
        Checks.array(backend, "errors", batch.errors(), REAL, outputs(network, inputs));
      }
      if (batch.loss() != null) {
        Checks.array(backend, "loss", batch.loss(), REAL, shape.networks());
      }
      overlaps
          .begin()
          .reads("inputs", inputs.array())
          .reads("targets", targets)
          .reads("weights", batch.weights())
          .writes("parameters", network.parameters())
          .writes("errors", batch.errors())
          .writes("loss", batch.loss());
      writes(training);
      launchRegressionStep(network, batch, training);
    } finally {
      backend.exit();
    }
  }

  /**
   * The step of {@link AdamSettings} along a gradient that is known, then the target network's
   * {@link TargetUpdate}; the step count grows by one. A network whose gradient's norm is none that
   * {@link AdamSettings#takes} (NaN, infinite or, limited, 2⁶³ or more) or, in {@link
   * #regressionStep}, whose loss is not finite in float32, keeps its parameters, moments and target
   * as they are, and {@link Training#nonFinite} tells; the other networks go on.
   *
   * @param network the networks; their parameters are updated
   * @param parameterGradient REAL, as long as the parameters: g
   * @param training how; its arrays are updated. Its loss is not looked at
   */
  public final void update(Network network, DeviceArray parameterGradient, Training training) {
    backend.enter();
    try {
      check(network);
      Objects.requireNonNull(training, "training");
      NetworkShape shape = network.shape();
      Checks.array(backend, "parameterGradient", parameterGradient, REAL, shape.allParameters());
      check(shape, training);
      overlaps
          .begin()
          .reads("parameterGradient", parameterGradient)
          .writes("parameters", network.parameters());
      writes(training);
      launchUpdate(network, parameterGradient, training);
    } finally {
      backend.exit();
    }
  }

  /**
   * A schedule on the device, for {@link Temperature#onDevice} for example: out = schedule at step.
   *
   * @param schedule what to evaluate
   * @param step INT32, one element: the number of steps taken
   * @param out out: REAL, one element
   */
  public final void evaluate(Schedule schedule, DeviceArray step, DeviceArray out) {
    backend.enter();
    try {
      Objects.requireNonNull(schedule, "schedule");
      Checks.array(backend, "step", step, INT32, 1);
      Checks.array(backend, "out", out, REAL, 1);
      launchEvaluate(schedule, step, out);
    } finally {
      backend.exit();
    }
  }

  private void check(Network network) {
    Objects.requireNonNull(network, "network");
    NetworkShape shape = Objects.requireNonNull(network.shape(), "shape");
    Checks.array(backend, "parameters", network.parameters(), REAL, shape.allParameters());
  }

  private void check(Network network, NetworkInputs inputs) {
    check(network);
    Objects.requireNonNull(inputs, "inputs");
    Checks.size("batch", inputs.batch(), 0);
    NetworkShape shape = network.shape();
    long units = (long) inputs.batch() * shape.widest();
    if (units > MOST_UNITS) {
      throw new IllegalArgumentException(
          "batch = "
              + inputs.batch()
              + ": expected at most "
              + MOST_UNITS / shape.widest()
              + ", so that batch x "
              + shape.widest()
              + " units are at most "
              + MOST_UNITS);
    }
    int sets = inputs.isShared() ? 1 : shape.networks();
    long each = (long) inputs.batch() * shape.inputs();
    Checks.array(backend, "inputs", inputs.array(), REAL, Checks.product(sets, each));
  }

  private static long outputs(Network network, NetworkInputs inputs) {
    NetworkShape shape = network.shape();
    return Checks.product(shape.networks(), (long) inputs.batch() * shape.outputs());
  }

  private void check(NetworkShape shape, Training training) {
    Checks.array(backend, "firstMoment", training.firstMoment(), REAL, shape.allParameters());
    Checks.array(backend, "secondMoment", training.secondMoment(), REAL, shape.allParameters());
    Checks.array(backend, "step", training.step(), INT32, 1);
    Checks.array(backend, "nonFinite", training.nonFinite(), INT32, 1);
    if (!(training.targetUpdate() instanceof TargetUpdate.None)) {
      Checks.array(backend, "target", training.target(), REAL, shape.allParameters());
    } else if (training.target() != null) {
      throw new IllegalArgumentException(
          "target is " + training.target() + ": expected null without a target update");
    }
    if (training.gradientNorm() != null) {
      Checks.array(backend, "gradientNorm", training.gradientNorm(), REAL, shape.networks());
    }
  }

  private Overlaps reads(Network network, NetworkInputs inputs) {
    return overlaps
        .begin()
        .reads("parameters", network.parameters())
        .reads("inputs", inputs.array());
  }

  private void writes(Training training) {
    overlaps
        .writes("firstMoment", training.firstMoment())
        .writes("secondMoment", training.secondMoment())
        .writes("step", training.step())
        .writes("nonFinite", training.nonFinite())
        .writes("target", training.target())
        .writes("gradientNorm", training.gradientNorm());
  }

  /**
   * Hook of {@link #forward}.
   *
   * @param network checked
   * @param inputs checked
   * @param outputs out
   */
  protected abstract void launchForward(Network network, NetworkInputs inputs, DeviceArray outputs);

  /**
   * Hook of {@link #backward}.
   *
   * @param network checked
   * @param inputs checked
   * @param upstream checked
   * @param parameterGradient out, or null
   * @param inputGradient out, or null
   */
  protected abstract void launchBackward(
      Network network,
      NetworkInputs inputs,
      DeviceArray upstream,
      DeviceArray parameterGradient,
      DeviceArray inputGradient);

  /**
   * Hook of {@link #regressionStep}.
   *
   * @param network checked; update its parameters
   * @param batch checked
   * @param training checked; update its arrays
   */
  protected abstract void launchRegressionStep(
      Network network, RegressionBatch batch, Training training);

  /**
   * Hook of {@link #update}.
   *
   * @param network checked; update its parameters
   * @param parameterGradient checked
   * @param training checked; update its arrays
   */
  protected abstract void launchUpdate(
      Network network, DeviceArray parameterGradient, Training training);

  /**
   * Hook of {@link #evaluate}.
   *
   * @param schedule checked
   * @param step checked
   * @param out out
   */
  protected abstract void launchEvaluate(Schedule schedule, DeviceArray step, DeviceArray out);
}
