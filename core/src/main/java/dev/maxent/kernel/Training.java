package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;
import java.util.Objects;

/**
 * How networks learn, and what learning remembers on the device, in arrays that the caller owns and
 * has filled with zeros (the target network's with its parameters). It only refers to the arrays:
 * build it once and reuse it.
 *
 * @param adam how a gradient becomes a step
 * @param loss what an error costs
 * @param firstMoment REAL, as long as the parameters: m; updated
 * @param secondMoment REAL, as long as the parameters: v; updated
 * @param step INT32, one element: the number of steps taken; updated
 * @param nonFinite INT32, one element: the number, from 1, of the first step at which any network's
 *     loss, rounded to float32, was not finite or its gradient's norm none that {@link
 *     AdamSettings#takes}; 0 if there was none. Written only while it is 0
 * @param targetUpdate how a target network follows
 * @param target REAL, as long as the parameters: those of the target network; updated. Null with
 *     {@link TargetUpdate#none}
 * @param gradientNorm out: REAL, one per network: ‖g‖ before it is limited; or null
 */
public record Training(
    AdamSettings adam,
    Loss loss,
    DeviceArray firstMoment,
    DeviceArray secondMoment,
    DeviceArray step,
    DeviceArray nonFinite,
    TargetUpdate targetUpdate,
    DeviceArray target,
    DeviceArray gradientNorm) {

  /** Refuses what must be there and is not. */
  public Training {
    Objects.requireNonNull(adam, "adam");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(targetUpdate, "targetUpdate");
  }

  /**
   * The squared loss, no target network.
   *
   * @param adam how a gradient becomes a step
   * @param firstMoment m
   * @param secondMoment v
   * @param step the number of steps taken
   * @param nonFinite the first step with NaN or infinities
   * @return the training
   */
  public static Training of(
      AdamSettings adam,
      DeviceArray firstMoment,
      DeviceArray secondMoment,
      DeviceArray step,
      DeviceArray nonFinite) {
    return new Training(
        adam,
        Loss.squared(),
        firstMoment,
        secondMoment,
        step,
        nonFinite,
        TargetUpdate.none(),
        null,
        null);
  }

  /**
   * The same with another loss.
   *
   * @param newLoss ℓ
   * @return the training
   */
  public Training withLoss(Loss newLoss) {
    return new Training(
        adam,
        newLoss,
        firstMoment,
        secondMoment,
        step,
        nonFinite,
        targetUpdate,
        target,
        gradientNorm);
  }

  /**
   * The same with a target network.
   *
   * @param newUpdate how it follows
   * @param newTarget its parameters
   * @return the training
   */
  public Training withTarget(TargetUpdate newUpdate, DeviceArray newTarget) {
    return new Training(
        adam, loss, firstMoment, secondMoment, step, nonFinite, newUpdate, newTarget, gradientNorm);
  }

  /**
   * The same telling the gradients' norms.
   *
   * @param newNorm REAL, one per network
   * @return the training
   */
  public Training withGradientNorm(DeviceArray newNorm) {
    return new Training(
        adam, loss, firstMoment, secondMoment, step, nonFinite, targetUpdate, target, newNorm);
  }
}
