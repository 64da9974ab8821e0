package dev.maxent.learn;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Particles;
import java.util.Objects;

/**
 * The score of a density p, ∇ log p, which is all that {@link SteinSampler} asks of it: the
 * constant that makes p integrate to 1 drops out. A kernel or a network's input gradient fills it
 * on the device; {@link #onHost} takes Java.
 *
 * <p>For policies ∝ exp(Q(s, ·)/α) the particles are actions. With {@code rows} of a state and room
 * for an action each, {@code columns} that say where in them the coordinates of actions are, and
 * {@code ones} as many as rows, the score of a {@link QNetwork} q is
 *
 * <pre>{@code
 * (backend, actions, score) -> {
 *   backend.random().scatter(actions.array(), 1, columns, rows);
 *   NetworkInputs inputs = NetworkInputs.shared(rows, count);
 *   backend.network().backward(q.network(), inputs, ones, null, gradient);
 *   backend.random().gather(gradient, 1, columns, score);
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Score {

  /**
   * Enqueues operations that compute the score of every particle. It need not wait for them.
   *
   * @param backend where the arrays live
   * @param particles x, states × count × dimensions; not to be changed
   * @param score out: REAL, as long as the particles: ∇ log p(x), in units of 1 over the particles'
   */
  void score(Backend backend, Particles particles, DeviceArray score);

  /** A score in Java, on host arrays. */
  @FunctionalInterface
  interface OnHost {

    /**
     * Computes the score of every particle.
     *
     * @param particles x, states × count × dimensions, row-major; in float32 on every backend
     * @param score out: ∇ log p(x), as long; it holds what was written to it the last time
     */
    void score(float[] particles, float[] score);
  }

  /**
   * A score in Java. Every step waits for the device, downloads the particles and uploads the
   * scores: for densities that have no kernel, and where that time does not matter. The two host
   * arrays are kept from step to step, so one instance serves one sampler at a time.
   *
   * @param callback computes it
   * @return the score
   */
  static Score onHost(OnHost callback) {
    return new HostScore(Objects.requireNonNull(callback, "callback"));
  }
}
