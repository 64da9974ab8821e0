package dev.maxent.learn;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ParticleStep;
import java.util.List;
import java.util.function.Function;

/**
 * How particles move along their direction: the numbers of a {@link ParticleStep}, whose arrays are
 * made for it where it is used.
 */
public final class StepRule {
  /** ε of {@link #adaGrad}; {@value}. */
  public static final double ADAGRAD_EPSILON = 1e-6;

  /** ε of {@link #adam}; {@value}. */
  public static final double ADAM_EPSILON = 1e-8;

  private final ParticleStep numbers;

  private StepRule(ParticleStep numbers) {
    this.numbers = numbers;
  }

  /**
   * {@link ParticleStep.Plain}: steps of η φ.
   *
   * @param rate η, 0 or more
   * @return the rule
   */
  public static StepRule plain(double rate) {
    return new StepRule(new ParticleStep.Plain(rate));
  }

  /**
   * {@link ParticleStep.AdaGrad} with ε = {@value #ADAGRAD_EPSILON}: steps of η at first, then less
   * and less.
   *
   * @param rate η, 0 or more, in units of the particles
   * @return the rule
   */
  public static StepRule adaGrad(double rate) {
    return new StepRule(new ParticleStep.AdaGrad(rate, ADAGRAD_EPSILON, null));
  }

  /**
   * {@link ParticleStep.Adam} with β₁ = 0.9, β₂ = 0.999 and ε = {@value #ADAM_EPSILON}: steps of
   * about η while directions agree.
   *
   * @param rate η, 0 or more, in units of the particles
   * @return the rule
   */
  public static StepRule adam(double rate) {
    return adam(rate, 0.9, 0.999, ADAM_EPSILON);
  }

  /**
   * {@link ParticleStep.Adam}.
   *
   * @param rate η, 0 or more, in units of the particles
   * @param meanDecay β₁, 0 or more and less than 1
   * @param squareDecay β₂, 0 or more and less than 1
   * @param epsilon ε, from {@link ParticleStep#LEAST_EPSILON} to 1
   * @return the rule
   */
  public static StepRule adam(double rate, double meanDecay, double squareDecay, double epsilon) {
    return new StepRule(
        new ParticleStep.Adam(rate, meanDecay, squareDecay, epsilon, null, null, null));
  }

  /** The step with arrays of its own, zeros, which join the list. */
  ParticleStep on(Backend backend, long length, List<DeviceArray> arrays) {
    Function<ElementType, DeviceArray> zeros =
        type -> {
          DeviceArray array = backend.allocate(type, type == REAL ? length : 1);
          arrays.add(array);
          return array;
        };
    return switch (numbers) {
      case ParticleStep.Plain plain -> plain;
      case ParticleStep.AdaGrad rule ->
          new ParticleStep.AdaGrad(rule.rate(), rule.epsilon(), zeros.apply(REAL));
      case ParticleStep.Adam rule ->
          new ParticleStep.Adam(
              rule.rate(),
              rule.meanDecay(),
              rule.squareDecay(),
              rule.epsilon(),
              zeros.apply(REAL),
              zeros.apply(REAL),
              zeros.apply(INT32));
    };
  }
}
