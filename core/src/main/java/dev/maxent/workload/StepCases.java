package dev.maxent.workload;

import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.Tolerance.EPSILON;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The cases of {@link SteinKernels#step}. */
final class StepCases {
  private static final double RATE = 0.05;
  private static final double EPS = 1e-6;
  private static final double B1 = 0.9;
  private static final double B2 = 0.999;

  /** Roundings of a move, beyond those of what is remembered. */
  private static final double MOVE = 8;

  private enum Rule {
    PLAIN,
    ADAGRAD,
    ADAM
  }

  private StepCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      cases.add(of(rule, 1 << 20, Set.of(BENCHMARK)));
      for (int length : new int[] {0, 1, 7, 4095, 4097, 65_537}) {
        cases.add(of(rule, length, Set.of(PARITY)));
      }
      cases.add(of(rule, 33, Set.of(PARITY, DOCTOR)));
    }
    return cases;
  }

  private static KernelCase of(Rule rule, int length, Set<Purpose> purposes) {
    int arrays =
        switch (rule) {
          case PLAIN -> 0;
          case ADAGRAD -> 1;
          case ADAM -> 2;
        };
    // A fused product and sum, a root and a quotient count 2, 1 and 1. Adam corrects its mean by
    // the rate.
    long flops =
        switch (rule) {
          case PLAIN -> 2;
          case ADAGRAD -> 7;
          case ADAM -> 13;
        };
    Map<String, Tolerance> tolerances = new LinkedHashMap<>();
    tolerances.put("particles", Tolerance.of(1, (in, _, i) -> particle(rule, in, i)));
    if (rule != Rule.PLAIN) {
      tolerances.put("squares", Tolerance.of(1, (in, _, i) -> 4 * EPSILON * square(rule, in, i)));
    }
    if (rule == Rule.ADAM) {
      tolerances.put("mean", Tolerance.of(1, (in, _, i) -> mean(in, i)));
      tolerances.put("count", Tolerance.EXACT);
    }
    return new KernelCase(
        "stein/step-" + rule.name().toLowerCase(Locale.ROOT) + "/" + length,
        "SteinKernels.step",
        purposes,
        new Work(4L * length * (2 + arrays), 4L * length * (1 + arrays), flops * length, 0),
        seed -> inputs(seed, length),
        session -> bind(session, rule),
        tolerances);
  }

  private static Inputs inputs(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] squares = Data.reals(length, 1, random);
    for (int i = 0; i < length; i++) {
      squares[i] *= squares[i];
    }
    return new Inputs()
        .with("particles", Data.reals(length, 3, random))
        .with("direction", Data.reals(length, 1, random))
        .with("mean", Data.reals(length, 1, random))
        .with("squares", squares)
        .with("count", new int[] {4});
  }

  private static Runnable bind(Session session, Rule rule) {
    DeviceArray particles = updated(session, "particles");
    DeviceArray direction = session.input("direction");
    ParticleStep step =
        switch (rule) {
          case PLAIN -> new ParticleStep.Plain(RATE);
          case ADAGRAD -> new ParticleStep.AdaGrad(RATE, EPS, updated(session, "squares"));
          case ADAM ->
              new ParticleStep.Adam(
                  RATE,
                  B1,
                  B2,
                  EPS,
                  updated(session, "mean"),
                  updated(session, "squares"),
                  updated(session, "count"));
        };
    SteinKernels kernels = session.backend().stein();
    return () -> kernels.step(particles, direction, step);
  }

  private static DeviceArray updated(Session session, String name) {
    DeviceArray array = session.input(name);
    session.updates(name, array);
    return array;
  }

  private static double square(Rule rule, Inputs in, int i) {
    double phi = in.reals("direction")[i];
    double before = in.reals("squares")[i];
    return rule == Rule.ADAM ? B2 * before + (1 - B2) * phi * phi : before + phi * phi;
  }

  /** Rounding β₁ m and (1 − β₁) φ, both factors rounded as well. */
  private static double mean(Inputs in, int i) {
    double old = B1 * Math.abs(in.reals("mean")[i]);
    return 3 * EPSILON * (old + (1 - B1) * Math.abs(in.reals("direction")[i]));
  }

  private static double particle(Rule rule, Inputs in, int i) {
    double x = Math.abs(in.reals("particles")[i]);
    double phi = Math.abs(in.reals("direction")[i]);
    double move =
        switch (rule) {
          case PLAIN -> phi;
          case ADAGRAD -> phi / (Math.sqrt(square(rule, in, i)) + EPS);
          case ADAM -> {
            double t = in.ints("count")[0] + 1;
            double root = Math.sqrt(square(rule, in, i) / (1 - Math.pow(B2, t)));
            double mean = mean(in, i) / (3 * EPSILON);
            yield mean / (1 - Math.pow(B1, t)) / (root + EPS);
          }
        };
    return EPSILON * (x + (MOVE + 1) * RATE * move);
  }
}
