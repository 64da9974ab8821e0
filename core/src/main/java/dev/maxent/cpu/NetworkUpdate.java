package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * From gradients to parameters, a stretch of them at a time: the sum over chunks and its norm, then
 * the step of each network whose loss and norm are finite.
 */
final class NetworkUpdate implements AutoCloseable {
  /** About what a parameter takes, to decide whether another thread pays. */
  private static final double NANOS_TO_COLLECT = 0.15;

  private static final double NANOS_TO_MOVE = 0.6;

  /** Parameters of a piece where networks do not matter; whole vectors. */
  private static final int TOGETHER = 2048;

  private final CpuEngine engine;
  private final NetworkLoops loops;
  private final StepLoops stepLoops;
  private final AdamStep[] steps;
  private final Workers.Task collecting = this::collect;
  private final Workers.Task moving = this::move;
  private final Workers.Task movingTogether = this::moveTogether;

  /** The gradient as the parameters lie. */
  private final Floats flat;

  private NetworkPlan plan;
  private Floats sums;
  private int chunks;
  private MemorySegment gradient;
  private boolean wantsNorm;
  private Training training;

  /** Steps taken before. */
  private int taken;

  private double[] lossSums;
  private double lossErrors;
  private DeviceArray losses;

  /** Σ g² of each stretch of each network. */
  private double[] squares = new double[0];

  /** The same of each network as a whole. */
  private double[] ofNetworks = new double[0];

  /** What each network's gradient is multiplied by; NaN for one that stays as it is. */
  private double[] scales = new double[0];

  NetworkUpdate(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops().network();
    stepLoops = engine.loops().steps();
    flat = new Floats(loops.onHeap());
    steps = new AdamStep[engine.threads()];
    Arrays.setAll(steps, i -> new AdamStep());
  }

  private void place(NetworkPlan newPlan) {
    // A call that failed may have left them.
    sums = null;
    plan = newPlan;
    int networks = plan.shape.networks();
    if (scales.length < networks) {
      scales = new double[networks];
      ofNetworks = new double[networks];
    }
    long pieces = (long) networks * stretches();
    if (squares.length < pieces) {
      squares = new double[Math.toIntExact(pieces)];
    }
    Arrays.fill(scales, 0, networks, 1);
  }

  private int stretches() {
    return plan.stretches.length - 1;
  }

  /** Adds up chunks; into scratch, with squares, if no target is given. */
  void collect(NetworkPlan newPlan, Floats newSums, int newChunks, MemorySegment to) {
    place(newPlan);
    sums = newSums;
    chunks = newChunks;
    wantsNorm = to == null;
    if (to == null) {
      flat.fit(plan.shape.allParameters());
      gradient = flat.segment;
    } else {
      gradient = to;
    }
    runCollect(chunks + 1);
    sums = null;
  }

  /**
   * Begins a step of which workers {@link #finish} some networks each, from {@link #gradients} and
   * {@link #squares}.
   */
  void begin(NetworkPlan newPlan) {
    place(newPlan);
    wantsNorm = true;
    flat.fit(plan.shape.allParameters());
    gradient = flat.segment;
  }

  /** The gradients of all networks, one behind the other. */
  Floats gradients() {
    return flat;
  }

  /** Σ g² of each network; NaN if it has to be taken again. */
  double[] squares() {
    return ofNetworks;
  }

  /** Takes a gradient as it is, and its squares. */
  void take(NetworkPlan newPlan, MemorySegment given) {
    place(newPlan);
    gradient = given;
    wantsNorm = true;
    runCollect(1);
  }

  private void runCollect(int arrays) {
    long pieces = (long) plan.shape.networks() * stretches();
    double each = (double) plan.shape.parameters() / stretches();
    engine.workers().run(pieces, each * arrays * NANOS_TO_COLLECT, collecting);
  }

  private void collect(long from, long to, int worker) {
    for (long piece = from; piece < to; piece++) {
      int network = (int) (piece / stretches());
      int stretch = (int) (piece % stretches());
      int begin = plan.stretches[stretch];
      int end = plan.stretches[stretch + 1];
      if (sums != null) {
        addUp(network, begin, end);
      }
      if (wantsNorm) {
        long first = (long) network * plan.shape.parameters() + begin;
        squares[(int) piece] = loops.sumOfSquares(gradient, first * Float.BYTES, end - begin);
      }
    }
  }

  private void addUp(int network, int begin, int end) {
    NetworkShape shape = plan.shape;
    for (int l = 0; l < plan.layers; l++) {
      int out = shape.width(l + 1);
      addUp(network, begin, end, shape.weights(l), out, shape.width(l), plan.weightSums[l]);
      addUp(network, begin, end, shape.bias(l), 1, out, plan.biasSums[l]);
      if (shape.isNormalised(l)) {
        addUp(network, begin, end, shape.gain(l), 1, out, plan.gainSums[l]);
        addUp(network, begin, end, shape.shift(l), 1, out, plan.shiftSums[l]);
      }
    }
  }

  /** The rows between begin and end of those that lie from a parameter on. */
  private void addUp(
      int network, int begin, int end, int first, int rows, int columns, long offset) {
    int from = Math.clamp((begin - first) / columns, 0, rows);
    int to = Math.clamp((end - first) / columns, 0, rows);
    if (from >= to) {
      return;
    }
    int stride = Product.stride(columns);
    long at = (long) network * plan.shape.parameters() + first + (long) from * columns;
    loops.sumParts(
        sums,
        (long) network * chunks * plan.gradient + offset + (long) from * stride,
        chunks,
        plan.gradient,
        to - from,
        columns,
        stride,
        gradient,
        at * Float.BYTES);
  }

  /** From the parts of each network's loss; one whose loss, as it is told, is not finite stays. */
  void setLosses(double[] parts, int partsEach, double errors, DeviceArray out) {
    for (int network = 0; network < plan.shape.networks(); network++) {
      double sum = 0;
      for (int i = 0; i < partsEach; i++) {
        sum += parts[network * partsEach + i];
      }
      setLoss(network, sum, errors, out);
    }
  }

  private void setLoss(int network, double sum, double errors, DeviceArray out) {
    float loss = errors == 0 ? 0 : (float) (sum / errors);
    if (!Float.isFinite(loss)) {
      scales[network] = Double.NaN;
    }
    if (out != null) {
      SoftTask.segment(out).setAtIndex(ValueLayout.JAVA_FLOAT, network, loss);
    }
  }

  /** Where {@link #finish} finds each network's loss, a sum over some errors, and puts its mean. */
  void beginLosses(double[] sums, double errors, DeviceArray out) {
    lossSums = sums;
    lossErrors = errors;
    losses = out;
  }

  void beginStep(Network network, Training newTraining) {
    training = newTraining;
    taken = SoftTask.segment(training.step()).get(ValueLayout.JAVA_INT, 0);
    for (AdamStep step : steps) {
      set(step, network);
    }
  }

  /** The step of some networks whose gradients and losses are there. */
  void finish(int first, int count, int worker) {
    boolean alike = true;
    for (int e = first; e < first + count; e++) {
      long stretch = (long) e * stretches();
      if (Double.isNaN(ofNetworks[e])) {
        collect(stretch, stretch + stretches(), worker);
      } else {
        Arrays.fill(squares, (int) stretch, (int) stretch + stretches(), 0);
        squares[(int) stretch] = ofNetworks[e];
      }
      setLoss(e, lossSums[e], lossErrors, losses);
      setScale(e);
      alike &= scales[e] == scales[first];
    }
    if (alike) {
      AdamStep step = steps[worker];
      step.scale = (float) scales[first];
      step.at = (long) first * plan.shape.parameters() * Float.BYTES;
      step.count = count * plan.shape.parameters();
      stepLoops.adam(step);
    } else {
      move((long) first * stretches(), (long) (first + count) * stretches(), worker);
    }
  }

  /** After all networks have been moved: counts the step, and tells if one was not to be taken. */
  void end() {
    boolean finite = true;
    for (int e = 0; e < plan.shape.networks(); e++) {
      finite &= !Double.isNaN(scales[e]);
    }
    MemorySegment nonFinite = SoftTask.segment(training.nonFinite());
    if (!finite && nonFinite.get(ValueLayout.JAVA_INT, 0) == 0) {
      nonFinite.set(ValueLayout.JAVA_INT, 0, taken + 1);
    }
    SoftTask.segment(training.step()).set(ValueLayout.JAVA_INT, 0, taken + 1);
    for (AdamStep step : steps) {
      step.clear();
    }
    training = null;
    gradient = null;
    losses = null;
  }

  /** The step of all networks. */
  void step(Network network, Training newTraining) {
    beginStep(network, newTraining);
    for (int e = 0; e < plan.shape.networks(); e++) {
      setScale(e);
    }
    if (plan.shape.networks() > 1 && areAlike()) {
      long pieces = (plan.shape.allParameters() + TOGETHER - 1) / TOGETHER;
      engine.workers().run(pieces, TOGETHER * NANOS_TO_MOVE, movingTogether);
    } else {
      long pieces = (long) plan.shape.networks() * stretches();
      double each = (double) plan.shape.parameters() / stretches();
      engine.workers().run(pieces, each * NANOS_TO_MOVE, moving);
    }
    end();
  }

  /** What a gradient is multiplied by, where loss and norm let the network move. */
  private void setScale(int network) {
    double sum = 0;
    for (int i = 0; i < stretches(); i++) {
      sum += squares[network * stretches() + i];
    }
    double norm = Math.sqrt(sum);
    if (training.gradientNorm() != null) {
      SoftTask.segment(training.gradientNorm())
          .setAtIndex(ValueLayout.JAVA_FLOAT, network, (float) norm);
    }
    if (!training.adam().takes(norm) || Double.isNaN(scales[network])) {
      scales[network] = Double.NaN;
      return;
    }
    double limit = training.adam().maxGradientNorm();
    scales[network] = limit == 0 ? 1 : Math.min(1, limit / (norm + AdamSettings.CLIP_EPSILON));
  }

  private void set(AdamStep step, Network network) {
    AdamSettings adam = training.adam();
    double rate = adam.learningRate().at(taken);
    step.parameters = SoftTask.segment(network.parameters());
    step.first = SoftTask.segment(training.firstMoment());
    step.second = SoftTask.segment(training.secondMoment());
    step.target = training.target() == null ? null : SoftTask.segment(training.target());
    step.gradient = gradient;
    step.keep = (float) (1 - rate * adam.weightDecay());
    step.beta1 = (float) adam.beta1();
    step.beta2 = (float) adam.beta2();
    step.rest1 = (float) (1 - adam.beta1());
    step.rest2 = (float) (1 - adam.beta2());
    step.rate = (float) (rate / (1 - Math.pow(adam.beta1(), taken + 1.0)));
    step.correction = (float) (1 / (1 - Math.pow(adam.beta2(), taken + 1.0)));
    step.epsilon = (float) adam.epsilon();
    step.targetRule = AdamStep.NO_TARGET;
    switch (training.targetUpdate()) {
      case TargetUpdate.None _ -> {
        // Nothing follows.
      }
      case TargetUpdate.Polyak polyak -> {
        step.targetRule = polyak.tau() == 1 ? AdamStep.COPY : AdamStep.FOLLOW;
        step.tau = (float) polyak.tau();
      }
      case TargetUpdate.Every every -> {
        if ((taken + 1L) % every.steps() == 0) {
          step.targetRule = AdamStep.COPY;
        }
      }
    }
  }

  /** Whether all networks move, and their gradients are multiplied by the same. */
  private boolean areAlike() {
    for (int e = 0; e < plan.shape.networks(); e++) {
      if (scales[e] != scales[0]) {
        return false;
      }
    }
    return !Double.isNaN(scales[0]);
  }

  /** The same as {@link #move}, whatever network a parameter is of. */
  private void moveTogether(long from, long to, int worker) {
    AdamStep step = steps[worker];
    step.scale = (float) scales[0];
    for (long piece = from; piece < to; piece++) {
      long first = piece * TOGETHER;
      step.at = first * Float.BYTES;
      step.count = (int) Math.min(TOGETHER, plan.shape.allParameters() - first);
      stepLoops.adam(step);
    }
  }

  private void move(long from, long to, int worker) {
    AdamStep step = steps[worker];
    for (long piece = from; piece < to; piece++) {
      int network = (int) (piece / stretches());
      if (Double.isNaN(scales[network])) {
        continue;
      }
      int stretch = (int) (piece % stretches());
      long first = (long) network * plan.shape.parameters() + plan.stretches[stretch];
      step.at = first * Float.BYTES;
      step.count = plan.stretches[stretch + 1] - plan.stretches[stretch];
      step.scale = (float) scales[network];
      stepLoops.adam(step);
    }
  }

  @Override
  public void close() {
    flat.close();
  }
}
