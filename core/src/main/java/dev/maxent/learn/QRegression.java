package dev.maxent.learn;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Fits networks to targets: rows cross to the device once, then minibatches are drawn, gathered and
 * learnt from there. A step moves nothing between host and device; only a look at the learning
 * curve does.
 *
 * <p>Minibatches are stretches of a random permutation of the rows, a new one for each pass, whose
 * remainder of less than a minibatch is left out. All networks see the same minibatches. A network
 * whose loss is not finite keeps its parameters at that step, see {@link
 * dev.maxent.kernel.NetworkKernels#update}.
 */
public final class QRegression implements AutoCloseable {
  private final QNetwork networks;
  private final QNetwork average;
  private final Backend backend;
  private final Settings settings;
  private final List<DeviceArray> arrays = new ArrayList<>();
  private final RandomState random;
  private final DeviceArray inputs;
  private final DeviceArray targets;
  private final DeviceArray weights;
  private final DeviceArray indices;
  private final RegressionBatch batch;
  private final Training training;
  private final Validation validation;
  private final int rows;
  private int taken;

  /**
   * How to fit.
   *
   * @param steps minibatches to learn from, 1 or more
   * @param batch rows per minibatch, 1 or more
   * @param adam how a gradient becomes a step
   * @param loss what an error costs
   * @param every steps between two looks at the learning curve, 1 or more
   * @param seed of the minibatches
   * @param stopAtNonFinite whether a loss or gradient that is not finite ends the fit with a {@link
   *     NonFiniteException}, seen at the next look
   * @param averaging τ of a moving average of the parameters, θ̄ ← θ̄ + τ (θ − θ̄) at every step,
   *     as {@link TargetUpdate#polyak}, which is what {@link #look} measures and {@link #average}
   *     gives; from 2⁻¹²⁶, and 1 for none
   */
  public record Settings(
      int steps,
      int batch,
      AdamSettings adam,
      Loss loss,
      int every,
      long seed,
      boolean stopAtNonFinite,
      double averaging) {
    /** Refuses numbers out of range. */
    public Settings {
      check("steps", steps);
      check("batch", batch);
      check("every", every);
      Objects.requireNonNull(adam, "adam");
      Objects.requireNonNull(loss, "loss");
      if (!(averaging >= Float.MIN_NORMAL && averaging <= 1)) {
        throw new IllegalArgumentException(
            "averaging = " + averaging + ": expected from 2^-126 to 1");
      }
    }

    private static void check(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " = " + value + ": expected 1 or more");
      }
    }

    /**
     * Adam on the squared error, a look every hundred steps, seed 0, stopping at NaN.
     *
     * @param steps minibatches to learn from
     * @param batch rows per minibatch
     * @param learningRate of Adam
     * @return the settings
     */
    public static Settings of(int steps, int batch, double learningRate) {
      AdamSettings adam = AdamSettings.of(learningRate);
      return new Settings(steps, batch, adam, Loss.squared(), 100, 0, true, 1);
    }

    /**
     * Changes the optimiser.
     *
     * @param newAdam how a gradient becomes a step
     * @return a copy
     */
    public Settings withAdam(AdamSettings newAdam) {
      return new Settings(steps, batch, newAdam, loss, every, seed, stopAtNonFinite, averaging);
    }

    /**
     * Changes the loss.
     *
     * @param newLoss what an error costs
     * @return a copy
     */
    public Settings withLoss(Loss newLoss) {
      return new Settings(steps, batch, adam, newLoss, every, seed, stopAtNonFinite, averaging);
    }

    /**
     * Changes how often the learning curve is looked at.
     *
     * @param newEvery steps between two looks
     * @return a copy
     */
    public Settings withEvery(int newEvery) {
      return new Settings(steps, batch, adam, loss, newEvery, seed, stopAtNonFinite, averaging);
    }

    /**
     * Changes the minibatches.
     *
     * @param newSeed any number
     * @return a copy
     */
    public Settings withSeed(long newSeed) {
      return new Settings(steps, batch, adam, loss, every, newSeed, stopAtNonFinite, averaging);
    }

    /**
     * Changes what NaN does.
     *
     * @param newStop whether it ends the fit
     * @return a copy
     */
    public Settings withStopAtNonFinite(boolean newStop) {
      return new Settings(steps, batch, adam, loss, every, seed, newStop, averaging);
    }

    /**
     * Changes the moving average: minibatches drive parameters about a minimum, and their average
     * lies nearer to it. Sources: Polyak and Juditsky 1992, doi:10.1137/0330046; as a moving
     * average in Kingma and Ba 2015, arXiv 1412.6980, section 7.2, without its correction, as the
     * average starts where the parameters do.
     *
     * @param newAveraging τ
     * @return a copy
     */
    public Settings withAveraging(double newAveraging) {
      return new Settings(steps, batch, adam, loss, every, seed, stopAtNonFinite, newAveraging);
    }
  }

  /**
   * Rows to learn from or to validate with.
   *
   * @param inputs rows × inputs
   * @param targets rows × outputs
   * @param weights one per row, or null for 1; those of validation rows are not looked at
   */
  @SuppressWarnings("ArrayRecordComponent") // Large; uploaded once.
  public record Rows(float[] inputs, float[] targets, float[] weights) {
    /** Refuses what must be there and is not. */
    public Rows {
      Objects.requireNonNull(inputs, "inputs");
      Objects.requireNonNull(targets, "targets");
    }

    /**
     * Rows of weight 1.
     *
     * @param inputs rows × inputs
     * @param targets rows × outputs
     * @return the rows
     */
    public static Rows of(float[] inputs, float[] targets) {
      return new Rows(inputs, targets, null);
    }

    /** How many they are for networks of a shape. */
    int count(String name, NetworkShape shape) {
      int rows = inputs.length / shape.inputs();
      length(name + ".inputs", inputs, (long) rows * shape.inputs());
      length(name + ".targets", targets, (long) rows * shape.outputs());
      if (weights != null) {
        length(name + ".weights", weights, rows);
      }
      return rows;
    }

    private static void length(String name, float[] array, long expected) {
      if (array.length != expected) {
        throw new IllegalArgumentException(
            name + " has length " + array.length + ": expected " + expected + ", whole rows");
      }
    }
  }

  /**
   * One look at the learning curve.
   *
   * @param step steps taken
   * @param loss of the last minibatch, before its step, of each network; NaN before the first one
   * @param error mean squared error on the rows to validate with, of each network; NaN without such
   *     rows
   * @param explained R² there: 1 − squared errors / squared distances of the targets from their
   *     mean, of each network; NaN without such rows or where all targets are equal
   * @param nonFinite the first step whose loss or gradient was not finite, 0 if there was none
   */
  @SuppressWarnings("ArrayRecordComponent") // A result to read.
  public record Point(int step, double[] loss, double[] error, double[] explained, int nonFinite) {}

  /**
   * Uploads the rows and makes ready.
   *
   * @param networks what to fit; it stays the caller's
   * @param train rows to learn from, at least a minibatch
   * @param validate rows to validate with; may be null
   * @param settings how
   * @throws IllegalArgumentException if rows do not fit the networks' shape
   */
  public QRegression(QNetwork networks, Rows train, Rows validate, Settings settings) {
    this.networks = networks;
    this.settings = settings;
    boolean averages = settings.averaging() < 1;
    backend = networks.backend();
    NetworkShape shape = networks.shape();
    rows = train.count("train", shape);
    int size = settings.batch();
    if (rows < size) {
      throw new IllegalArgumentException(
          "batch = " + size + ": expected at most the " + rows + " rows to learn from");
    }
    if (validate != null) {
      validate.count("validate", shape);
    }
    average = averages ? networks.copy() : networks;
    try {
      random = RandomState.of(backend, settings.seed());
      arrays.add(random.words());
      inputs = upload(train.inputs());
      targets = upload(train.targets());
      weights = train.weights() == null ? null : upload(train.weights());
      indices = array(INT32, size);
      DeviceArray x = array(REAL, (long) size * shape.inputs());
      RegressionBatch some =
          RegressionBatch.of(
                  NetworkInputs.shared(x, size), array(REAL, (long) size * shape.outputs()))
              .withLoss(array(REAL, shape.networks()));
      batch = weights == null ? some : some.withWeights(array(REAL, size));
      Training plain =
          Training.of(
                  settings.adam(),
                  array(REAL, shape.allParameters()),
                  array(REAL, shape.allParameters()),
                  array(INT32, 1),
                  array(INT32, 1))
              .withLoss(settings.loss());
      training =
          averages
              ? plain.withTarget(
                  TargetUpdate.polyak(settings.averaging()), average.network().parameters())
              : plain;
      validation = validate == null ? null : new Validation(average, validate, arrays);
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private DeviceArray upload(float[] values) {
    DeviceArray array = backend.real(values);
    arrays.add(array);
    return array;
  }

  private DeviceArray array(ElementType type, long length) {
    DeviceArray array = backend.allocate(type, length);
    arrays.add(array);
    return array;
  }

  /**
   * Takes all steps that remain.
   *
   * @param progress told every look at the learning curve, at step {@code every} and so on and at
   *     the last one
   * @return the learning curve
   * @throws NonFiniteException if the settings ask for it and a step was not finite
   */
  public List<Point> fit(Consumer<Point> progress) {
    List<Point> curve = new ArrayList<>();
    while (taken < settings.steps()) {
      int next = Math.min(settings.every() - taken % settings.every(), settings.steps() - taken);
      steps(next);
      Point point = look();
      curve.add(point);
      progress.accept(point);
      if (settings.stopAtNonFinite() && point.nonFinite() > 0) {
        throw NonFiniteException.ofRegression(point.nonFinite());
      }
    }
    return curve;
  }

  /**
   * Takes some steps, however many the settings have, and returns when they are enqueued.
   *
   * @param count 0 or more
   */
  public void steps(int count) {
    int size = settings.batch();
    int perPass = rows / size;
    NetworkShape shape = networks.shape();
    for (int i = 0; i < count; i++) {
      int turn = taken % perPass;
      boolean last = turn == perPass - 1;
      backend.random().permutation(random, rows, turn * size, last, indices);
      backend.random().gather(inputs, shape.inputs(), indices, batch.inputs().array());
      backend.random().gather(targets, shape.outputs(), indices, batch.targets());
      if (weights != null) {
        backend.random().gather(weights, 1, indices, batch.weights());
      }
      backend.network().regressionStep(networks.network(), batch, training);
      taken++;
    }
  }

  /**
   * Looks at the learning curve, waiting for the steps before.
   *
   * @return where it stands
   */
  public Point look() {
    int count = networks.shape().networks();
    double[] error = new double[count];
    double[] explained = new double[count];
    Arrays.fill(error, Double.NaN);
    Arrays.fill(explained, Double.NaN);
    if (validation != null) {
      validation.measure(error, explained);
    }
    double[] loss = batch.loss().toDoubles();
    if (taken == 0) {
      Arrays.fill(loss, Double.NaN);
    }
    return new Point(taken, loss, error, explained, training.nonFinite().toInts()[0]);
  }

  /**
   * The networks with the moving average of the parameters.
   *
   * @return those that are fitted where the settings ask for no average; others are closed with
   *     this
   */
  public QNetwork average() {
    return average;
  }

  /** Frees what it allocated; the networks that are fitted stay. */
  @Override
  public void close() {
    arrays.forEach(DeviceArray::close);
    if (average != networks) {
      average.close();
    }
  }
}
