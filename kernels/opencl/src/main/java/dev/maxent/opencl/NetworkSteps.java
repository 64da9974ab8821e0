package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;

/** From parts of a gradient to parameters by network_step.cl, in two launches or in one. */
final class NetworkSteps {
  /** Parameters of a piece. */
  private static final int PIECE = 1024;

  private static final int MOST_PIECES = 256;

  private final OpenClQueue queue;
  private final NetworkScratch scratch;
  private final NetworkPasses passes;

  NetworkSteps(OpenClQueue queue, NetworkScratch scratch, NetworkPasses passes) {
    this.queue = queue;
    this.scratch = scratch;
    this.passes = passes;
  }

  /** Pieces of a network whose squares are added up apart. */
  static int pieces(NetworkShape shape) {
    return Math.clamp((shape.parameters() + PIECE - 1) / PIECE, 1, MOST_PIECES);
  }

  /** The gradient from its parts, and each network's loss from its terms. */
  void sum(
      NetworkShape shape,
      DeviceMemory parts,
      int splits,
      DeviceMemory gradient,
      int terms,
      DeviceArray loss) {
    int pieces = pieces(shape);
    passes
        .kernel(Source.NETWORK_STEP, "gradient_sum")
        .memory(parts)
        .int32(splits)
        .int32(shape.networks())
        .int32(shape.parameters())
        .int32(pieces)
        .memory(gradient)
        .memory(scratch.squares())
        .int32(terms)
        .memory(terms == 0 ? queue.nothing() : scratch.terms())
        .memory(scratch.losses())
        .int32(loss == null ? 0 : 1)
        .array(loss)
        .run((long) shape.networks() * pieces);
  }

  /** Parameters, moments, target network and counts. */
  void move(Network network, Training training) {
    NetworkShape shape = network.shape();
    int pieces = Math.max(1, (shape.parameters() + PIECE - 1) / PIECE);
    KernelCall call =
        passes
            .kernel(Source.NETWORK_STEP, "adam")
            .memory(scratch.gradient())
            .memory(scratch.squares())
            .int32(pieces(shape))
            .memory(scratch.losses())
            .int32(shape.parameters())
            .int32(pieces);
    bind(call, network, training).run((long) shape.networks() * pieces);
  }

  /** {@link #sum} and {@link #move} at once, a group for each network. */
  void sumAndMove(Network network, Training training, int splits, int terms, DeviceArray loss) {
    NetworkShape shape = network.shape();
    KernelCall call =
        passes
            .kernel(Source.NETWORK_STEP, "sum_and_adam")
            .memory(scratch.parts())
            .int32(splits)
            .int32(shape.networks())
            .int32(shape.parameters())
            .memory(scratch.gradient())
            .int32(terms)
            .memory(scratch.terms())
            .int32(loss == null ? 0 : 1)
            .array(loss);
    bind(call, network, training).run(shape.networks());
  }

  /** What ADAM_PARAMETERS in network_adam.cl lists. */
  private KernelCall bind(KernelCall call, Network network, Training training) {
    AdamSettings adam = training.adam();
    double log1 = Math.log(adam.beta1());
    double log2 = Math.log(adam.beta2());
    TargetUpdate rule = training.targetUpdate();
    double tau = rule instanceof TargetUpdate.Polyak polyak ? polyak.tau() : 1;
    return schedule(call, adam.learningRate())
        .floats(
            (float) adam.beta1(),
            (float) (1 - adam.beta1()),
            (float) adam.beta2(),
            (float) (1 - adam.beta2()))
        .floats((float) log1, rest(log1), (float) log2, rest(log2))
        .floats(
            (float) adam.epsilon(), (float) adam.weightDecay(), (float) adam.maxGradientNorm(), 0)
        .int32(rule instanceof TargetUpdate.None ? 0 : 1)
        // All the way at every step is a copy.
        .int32(rule instanceof TargetUpdate.Every every ? every.steps() : tau == 1 ? 1 : 0)
        .float32((float) tau)
        .array(network.parameters())
        .array(training.firstMoment())
        .array(training.secondMoment())
        .array(training.target())
        .int32(training.gradientNorm() == null ? 0 : 1)
        .array(training.gradientNorm())
        .array(training.step())
        .array(training.nonFinite())
        .memory(queue.ticket());
  }

  /** A schedule at the step count on the device. */
  void evaluate(Schedule schedule, DeviceArray step, DeviceArray out) {
    schedule(passes.kernel(Source.NETWORK_STEP, "schedule_at"), schedule)
        .array(step)
        .array(out)
        .run(1);
  }

  private static KernelCall schedule(KernelCall call, Schedule schedule) {
    return switch (schedule) {
      case Schedule.Constant c -> schedule(call, 0, c.value(), 0, 0, 1, 0);
      case Schedule.Linear l -> schedule(call, 1, l.from(), l.to(), 0, l.steps(), 0);
      case Schedule.Cosine c -> schedule(call, 2, c.from(), c.to(), 0, c.steps(), 0);
      case Schedule.Exponential e ->
          schedule(call, 3, e.from(), 0, e.least(), 1, Math.log(e.factor()));
    };
  }

  private static KernelCall schedule(
      KernelCall call, int kind, double from, double to, double least, int steps, double log) {
    return call.int32(kind)
        .floats((float) from, (float) to, (float) least, 0)
        .int32(steps)
        .floats((float) log, rest(log));
  }

  /** What a float leaves of a number. */
  private static float rest(double value) {
    return Double.isInfinite(value) ? 0 : (float) (value - (float) value);
  }
}
