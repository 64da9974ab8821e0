package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.benchmarks.LearningCurves.Curve;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.Initialiser;
import dev.maxent.learn.QNetwork;
import dev.maxent.learn.QRegression;
import dev.maxent.learn.QRegression.Point;
import dev.maxent.learn.QRegression.Rows;
import dev.maxent.learn.QRegression.Settings;
import dev.maxent.learn.Standardisation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Fits Q(s, a) to targets, standardised by the rows to learn from, with rows held out. */
final class RegressFit {
  private final NetworkShape shape;
  private final Settings settings;
  private final List<Integer> train;
  private final List<Integer> heldOut;
  private final Standardisation inputs;
  private final float[] trainInputs;
  private final float[] heldInputs;

  /**
   * What a fit gave.
   *
   * @param curve the learning curve
   * @param seconds that it took, looks included
   * @param network in the units of the file
   */
  record Fit(Curve curve, double seconds, QNetwork network) implements AutoCloseable {
    @Override
    public void close() {
      network.close();
    }
  }

  /** Rows are held out at random, by the settings' seed. */
  RegressFit(Transitions data, NetworkShape shape, Settings settings, int held) {
    this.shape = shape;
    this.settings = settings;
    List<Integer> all = new ArrayList<>(IntStream.range(0, data.rows()).boxed().toList());
    Collections.shuffle(all, new Random(settings.seed()));
    heldOut = all.subList(0, held);
    train = all.subList(held, all.size());
    float[] raw = data.inputs(train);
    inputs = Standardisation.of(raw, shape.inputs());
    trainInputs = inputs.apply(raw);
    heldInputs = inputs.apply(data.inputs(heldOut));
  }

  /** Fits one target per row of the file. */
  Fit fit(String name, float[] targets, Backend backend, Consumer<Point> progress) {
    float[] raw = Transitions.pick(targets, train);
    Standardisation scale = Standardisation.of(raw, 1);
    Rows learn = Rows.of(trainInputs, scale.apply(raw));
    Rows validate = Rows.of(heldInputs, scale.apply(Transitions.pick(targets, heldOut)));
    try (QNetwork network = QNetwork.random(backend, shape, Initialiser.XAVIER, settings.seed());
        QRegression regression = new QRegression(network, learn, validate, settings)) {
      List<Point> points = new ArrayList<>();
      points.add(regression.look());
      long start = System.nanoTime();
      points.addAll(regression.fit(progress));
      double seconds = (System.nanoTime() - start) * 1e-9;
      return new Fit(new Curve(name, points), seconds, unscaled(name, regression.average(), scale));
    }
  }

  private QNetwork unscaled(String name, QNetwork fitted, Standardisation scale) {
    try {
      return Standardisation.fold(fitted, inputs, scale);
    } catch (IllegalArgumentException tooLarge) {
      throw new InputException(
          name + ": " + tooLarge.getMessage() + "; try a smaller --learning-rate", tooLarge);
    }
  }

  int learnt() {
    return train.size();
  }
}
