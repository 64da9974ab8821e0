package dev.maxent.workload;

import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import dev.maxent.workload.KernelCase.Purpose;
import dev.maxent.workload.NetworkProblem.Fill;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The cases of {@link NetworkKernels#regressionStep} and {@link NetworkKernels#update}. */
final class RegressionCases {
  private static final double UNITS = NetworkRounding.UNITS;
  private static final Set<Purpose> TESTED = Set.of(PARITY);

  private RegressionCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    NetworkProblem medium = NetworkProblem.of(256, 10, 256, 256, 1);
    NetworkProblem little = NetworkProblem.of(64, 10, 64, 64, 1);
    cases.add(step(little, "", Set.of(BENCHMARK, QUICK)));
    cases.add(step(medium, "", Set.of(BENCHMARK, QUICK)));
    cases.add(step(NetworkProblem.of(4096, 10, 256, 256, 1), "", Set.of(BENCHMARK)));
    cases.add(step(medium.networks(2), "twin", Set.of(BENCHMARK)));
    cases.add(step(little.networks(64), "64-networks", Set.of(BENCHMARK)));
    NetworkProblem tiny = NetworkProblem.of(64, 10, 16, 16, 1);
    cases.add(step(tiny, "", Set.of(BENCHMARK)));
    cases.add(step(tiny.networks(64), "64-networks", Set.of(BENCHMARK)));
    cases.add(update(medium, "", Set.of(BENCHMARK)));
    NetworkProblem small = NetworkProblem.of(7, 3, 5, 2);
    cases.add(step(small, "", Set.of(PARITY, DOCTOR)));
    cases.add(update(small, "", Set.of(PARITY, DOCTOR)));
    for (int[] s : NetworkCases.SHAPES) {
      NetworkProblem problem = NetworkProblem.of(s[0], NetworkCases.widths(s));
      cases.add(step(problem, "", TESTED));
      cases.add(step(problem.networks(2).withWeights(), "twin+weights", TESTED));
      cases.add(step(problem.networks(5).withOwnRows(), "5-networks+own", TESTED));
      if (s[0] == 33) {
        cases.add(update(problem.networks(2), "twin", TESTED));
      }
    }
    for (NetworkProblem plain :
        List.of(NetworkProblem.of(33, 7, 17, 65, 3), NetworkProblem.of(65, 3, 64, 33, 1))) {
      variants(cases, plain);
    }
    many(cases, NetworkProblem.of(33, 7, 17, 17, 1).steps(100));
    ensembles(cases);
    limits(cases);
    return cases;
  }

  /** As many networks as a vector has lanes, and some more. */
  private static void ensembles(List<KernelCase> cases) {
    NetworkProblem plain = NetworkProblem.of(33, 5, 17, 9, 3);
    for (Activation activation : Activation.values()) {
      String name = activation.name().toLowerCase(Locale.ROOT);
      NetworkProblem problem = plain.shape(plain.shape().activation(activation));
      cases.add(step(problem.networks(16), name + "+16-networks", TESTED));
      NetworkProblem own = problem.networks(35).withOwnRows().withWeights();
      cases.add(step(own.loss(Loss.huber(0.5)), name + "+35-networks+own+huber", TESTED));
    }
    NetworkProblem broken = plain.networks(20).withOwnRows().fill(Fill.NAN_TARGET);
    cases.add(step(broken, "20-networks+nan-target", TESTED));
    cases.add(step(NetworkProblem.of(3, 1, 7, 1).networks(17), "17-networks", TESTED));
    cases.add(step(NetworkProblem.of(65, 7, 2).networks(18), "18-networks", TESTED));
  }

  private static void variants(List<KernelCase> cases, NetworkProblem plain) {
    for (Activation activation : Activation.values()) {
      String name = activation.name().toLowerCase(Locale.ROOT);
      cases.add(step(plain.shape(plain.shape().activation(activation)), name, TESTED));
      cases.add(step(NetworkCases.normalised(plain, activation), name + "+norm", TESTED));
    }
    cases.add(step(plain.loss(Loss.huber(0.5)), "huber", TESTED));
    cases.add(step(plain.loss(Loss.huber(0.5)).withWeights(), "huber+weights", TESTED));
    NetworkProblem fresh = plain.networks(2).taken(0);
    AdamSettings adam = AdamSettings.of(3e-3).withBetas(0.8, 0.99).withEpsilon(1e-6);
    AdamSettings clipped = adam.withMaxGradientNorm(0.05);
    both(cases, fresh, "fresh");
    both(cases, plain.adam(adam), "betas");
    both(cases, plain.adam(adam.withWeightDecay(0.1)), "decay");
    both(cases, plain.networks(2).adam(clipped), "clip");
    both(cases, plain.adam(adam.withMaxGradientNorm(1e4)), "high-clip");
    both(cases, plain.follow(TargetUpdate.polyak(0.005)), "polyak");
    both(cases, plain.networks(2).follow(TargetUpdate.every(5)), "hard");
    both(cases, plain.follow(TargetUpdate.every(4)), "not-yet-hard");
    both(cases, plain.taken(100_000), "late");
    Map<String, Schedule> schedules = EvaluateCases.schedules();
    schedules.forEach(
        (name, schedule) -> both(cases, plain.taken(30).adam(AdamSettings.of(schedule)), name));
    NetworkProblem several = plain.networks(3).withOwnRows().follow(TargetUpdate.polyak(0.1));
    for (Fill fill : List.of(Fill.NAN_TARGET, Fill.INFINITE_TARGET, Fill.NAN_PARAMETER)) {
      String name = fill.name().toLowerCase(Locale.ROOT).replace('_', '-');
      cases.add(step(several.fill(fill), name, TESTED));
    }
    NetworkProblem everything =
        NetworkCases.normalised(plain.networks(2).withOwnRows(), Activation.GELU)
            .withWeights()
            .loss(Loss.huber(1))
            .adam(
                AdamSettings.of(Schedule.cosine(1e-2, 0, 50))
                    .withWeightDecay(0.01)
                    .withMaxGradientNorm(0.1))
            .follow(TargetUpdate.polyak(0.005));
    both(cases, everything, "everything");
  }

  /** What networks that fit local memory come to the edges of, and one like them that does not. */
  private static void limits(List<KernelCase> cases) {
    TargetUpdate polyak = TargetUpdate.polyak(0.005);
    NetworkProblem inputs = NetworkProblem.of(9, 131, 33, 5).networks(2).withOwnRows();
    cases.add(step(inputs.follow(polyak), "twin+own+polyak", TESTED));
    NetworkProblem deep = NetworkProblem.of(19, 5, 64, 64, 64, 64, 64, 64, 64, 64, 3);
    cases.add(step(deep.follow(polyak), "polyak", TESTED));
    NetworkProblem many = NetworkProblem.of(37, 2, 3, 1).networks(5);
    cases.add(step(many, "5-networks", TESTED));
    cases.add(step(NetworkCases.normalised(many, Activation.SILU), "5-networks+norm", TESTED));
    cases.add(step(NetworkCases.normalised(deep, Activation.TANH), "tanh+norm", TESTED));
    NetworkProblem wide = NetworkProblem.of(2, 3, 65, 2).networks(2).withWeights();
    cases.add(step(NetworkCases.normalised(wide, Activation.RELU), "twin+weights+norm", TESTED));
  }

  private static void both(List<KernelCase> cases, NetworkProblem problem, String variant) {
    cases.add(step(problem, variant, TESTED));
    cases.add(update(problem, variant, TESTED));
  }

  /** A hundred steps, from the first one. */
  private static void many(List<KernelCase> cases, NetworkProblem problem) {
    NetworkProblem fresh = problem.taken(0);
    cases.add(step(fresh, "100-steps", TESTED));
    NetworkProblem tanh = fresh.shape(fresh.shape().activation(Activation.TANH));
    NetworkProblem more =
        tanh.withWeights()
            .loss(Loss.huber(1))
            .adam(AdamSettings.of(Schedule.linear(3e-3, 0, 100)).withMaxGradientNorm(0.5))
            .follow(TargetUpdate.polyak(0.05));
    cases.add(step(more, "100-steps+tanh+huber+clip+polyak", TESTED));
  }

  private static DeviceArray updated(
      Session session, Map<String, Tolerance> tolerances, String name) {
    DeviceArray array = session.input(name);
    if (tolerances.containsKey(name)) {
      session.updates(name, array);
    }
    return array;
  }

  private static Map<String, Tolerance> tolerances(NetworkProblem problem, boolean whole) {
    Map<String, Tolerance> all = new LinkedHashMap<>();
    moved(all, problem, whole, "parameters", a -> a.parameters, NetworkGrowth::parameters);
    moved(all, problem, whole, "firstMoment", a -> a.first, NetworkGrowth::firstMoment);
    moved(all, problem, whole, "secondMoment", a -> a.second, NetworkGrowth::secondMoment);
    if (problem.hasTarget()) {
      moved(all, problem, whole, "target", a -> a.target, NetworkGrowth::target);
    }
    all.put("step", Tolerance.EXACT);
    all.put("nonFinite", Tolerance.EXACT);
    if (problem.steps() > 1) {
      all.put("loss", Tolerance.of(UNITS, (in, _, i) -> NetworkGrowth.of(in, problem).loss(i)));
      return all;
    }
    all.put(
        "gradientNorm",
        Tolerance.of(UNITS, (in, _, i) -> NetworkScale.of(in, problem).norm(i, whole)));
    if (whole) {
      all.put("loss", Tolerance.of(UNITS, (in, _, i) -> NetworkScale.of(in, problem).loss(i)));
      all.put("errors", Tolerance.of(UNITS, (in, _, i) -> NetworkScale.of(in, problem).error(i)));
    }
    return all;
  }

  /** The unit of an element after many steps. */
  private interface Grown {
    double at(NetworkGrowth growth, int index);
  }

  private static void moved(
      Map<String, Tolerance> all,
      NetworkProblem problem,
      boolean whole,
      String name,
      NetworkScale.Moved moved,
      Grown grown) {
    Tolerance.Unit unit =
        problem.steps() > 1
            ? (in, _, i) -> grown.at(NetworkGrowth.of(in, problem), i)
            : (in, _, i) -> NetworkScale.of(in, problem).moved(i, whole, moved);
    all.put(name, Tolerance.of(UNITS, unit));
  }

  private static Training training(
      Session session, NetworkProblem problem, Map<String, Tolerance> tolerances) {
    Training training =
        Training.of(
                problem.adam(),
                updated(session, tolerances, "firstMoment"),
                updated(session, tolerances, "secondMoment"),
                updated(session, tolerances, "step"),
                updated(session, tolerances, "nonFinite"))
            .withLoss(problem.loss());
    if (problem.hasTarget()) {
      DeviceArray target = updated(session, tolerances, "target");
      training = training.withTarget(problem.follow(), target);
    }
    return tolerances.containsKey("gradientNorm")
        ? training.withGradientNorm(
            session.output("gradientNorm", REAL, problem.shape().networks()))
        : training;
  }

  private static Network network(
      Session session, NetworkProblem problem, Map<String, Tolerance> tolerances) {
    return new Network(problem.shape(), updated(session, tolerances, "parameters"));
  }

  static KernelCase step(NetworkProblem problem, String variant, Set<Purpose> purposes) {
    Map<String, Tolerance> tolerances = tolerances(problem, true);
    return new KernelCase(
        "network/regression-step/" + problem.size() + (variant.isEmpty() ? "" : "/" + variant),
        "NetworkKernels.regressionStep",
        purposes,
        NetworkWork.step(problem),
        problem::inputs,
        session -> {
          Network network = network(session, problem, tolerances);
          Training training = training(session, problem, tolerances);
          RegressionBatch[] batches = new RegressionBatch[problem.batches()];
          for (int i = 0; i < batches.length; i++) {
            batches[i] = batch(session, problem, i, tolerances.containsKey("errors"));
          }
          NetworkKernels kernels = session.backend().network();
          return () -> {
            for (int i = 0; i < problem.steps(); i++) {
              kernels.regressionStep(network, batches[i % batches.length], training);
            }
          };
        },
        tolerances);
  }

  private static RegressionBatch batch(
      Session session, NetworkProblem problem, int turn, boolean errors) {
    long networks = problem.shape().networks();
    RegressionBatch batch =
        RegressionBatch.of(
                NetworkCases.rows(session, problem, turn),
                session.input(NetworkProblem.ofBatch("targets", turn)))
            .withLoss(session.output("loss", REAL, networks));
    if (problem.weighted()) {
      batch = batch.withWeights(session.input(NetworkProblem.ofBatch("weights", turn)));
    }
    long outputs = networks * problem.batch() * problem.shape().outputs();
    return errors ? batch.withErrors(session.output("errors", REAL, outputs)) : batch;
  }

  private static KernelCase update(NetworkProblem problem, String variant, Set<Purpose> purposes) {
    Map<String, Tolerance> tolerances = tolerances(problem, false);
    return new KernelCase(
        "network/update/" + problem.widths() + (variant.isEmpty() ? "" : "/" + variant),
        "NetworkKernels.update",
        purposes,
        NetworkWork.update(problem),
        problem::inputs,
        session -> {
          Network network = network(session, problem, tolerances);
          Training training = training(session, problem, tolerances);
          DeviceArray gradient = session.input("gradient");
          NetworkKernels kernels = session.backend().network();
          return () -> kernels.update(network, gradient, training);
        },
        tolerances);
  }
}
