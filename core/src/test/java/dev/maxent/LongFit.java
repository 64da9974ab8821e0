package dev.maxent;

import dev.maxent.backend.Backend;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.Initialiser;
import dev.maxent.learn.QNetwork;
import dev.maxent.learn.QRegression;
import dev.maxent.learn.QRegression.Rows;
import dev.maxent.learn.QRegression.Settings;
import java.util.SplittableRandom;

/** A thousand steps of regression, whose parameters two runs can compare bit by bit. */
public final class LongFit {
  private static final int STEPS = 1000;
  private static final int ROWS = 2000;

  private LongFit() {}

  /**
   * Fits twin networks to a wave and gives their parameters.
   *
   * @param backend where
   * @param hidden units of both hidden layers
   * @param batch rows per minibatch
   * @param seed of start and minibatches
   * @return all parameters
   */
  public static float[] parameters(Backend backend, int hidden, int batch, long seed) {
    SplittableRandom random = new SplittableRandom(5);
    float[] inputs = new float[3 * ROWS];
    float[] targets = new float[ROWS];
    for (int b = 0; b < ROWS; b++) {
      for (int i = 0; i < 3; i++) {
        inputs[3 * b + i] = (float) random.nextDouble(-1, 1);
      }
      targets[b] = (float) Math.sin(3 * inputs[3 * b] + inputs[3 * b + 1]) * inputs[3 * b + 2];
    }
    NetworkShape shape = NetworkShape.of(3, hidden, hidden, 1).networks(2);
    Settings settings = Settings.of(STEPS, batch, 1e-2).withSeed(seed);
    try (QNetwork networks = QNetwork.random(backend, shape, Initialiser.XAVIER, seed);
        QRegression fit = new QRegression(networks, Rows.of(inputs, targets), null, settings)) {
      fit.steps(STEPS);
      return networks.network().parameters().toFloats();
    }
  }
}
