package dev.maxent.workload;

import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Bandwidth.Rule;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.Temperature;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases of {@link SteinKernels} on sets of particles: states × particles × dimensions. */
final class SteinCases {
  /** In units of {@link SteinScale}. */
  private static final double UNITS = 1;

  private static final SteinKernel IMQ = SteinKernel.imq(1, -0.5);
  private static final SteinKernel STEEP = SteinKernel.imq(0.5, -1.25);

  private static final int[][] SHAPES = {
    {3, 1, 0, 1}, {2, 1, 3, 2}, {5, 2, 0, 1}, {5, 2, 1, 3}, {7, 3, 0, 2}, {3, 7, 16, 3},
    {2, 16, 0, 7}, {3, 16, 17, 2}, {4, 17, 0, 16}, {2, 17, 33, 1}, {3, 33, 7, 17}, {2, 33, 0, 33},
    {65, 33, 0, 7}, {130, 5, 2, 2}, {1, 257, 130, 3}, {1, 3, 2, 256}
  };

  private SteinCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    cases.add(direction(SteinShape.of(256, 32, 0, 6), "", Set.of(BENCHMARK, QUICK)));
    cases.add(direction(SteinShape.of(4096, 16, 0, 2), "", Set.of(BENCHMARK, QUICK)));
    cases.add(direction(SteinShape.of(1, 4096, 0, 8), "", Set.of(BENCHMARK)));
    cases.add(fixed(SteinShape.of(256, 32, 0, 6), SteinKernel.rbf(), "", Set.of(BENCHMARK)));
    cases.add(fixed(SteinShape.of(1, 4096, 0, 8), SteinKernel.rbf(), "", Set.of(BENCHMARK)));
    cases.add(fixed(SteinShape.of(1, 2048, 0, 64), SteinKernel.rbf(), "", Set.of(BENCHMARK)));
    cases.add(bandwidths(SteinShape.of(1, 4096, 0, 8), "", Set.of(BENCHMARK)));
    cases.add(discrepancy(SteinShape.of(1, 1024, 0, 8), "", Set.of(BENCHMARK)));
    SteinShape small = SteinShape.of(3, 5, 0, 2);
    // A tile of two vectors and one of a single target, sources that do not fill their last group.
    cases.add(direction(SteinShape.of(1, 33, 0, 3), "", Set.of(PARITY, DOCTOR)));
    // As many small states as two vectors have lanes, and a few.
    cases.add(direction(SteinShape.of(37, 10, 0, 3), "", Set.of(PARITY, DOCTOR)));
    cases.add(fixed(small, IMQ, "imq", Set.of(PARITY, DOCTOR)));
    cases.add(bandwidths(small, "", Set.of(PARITY, DOCTOR)));
    cases.add(discrepancy(small, "", Set.of(PARITY, DOCTOR)));
    for (int[] s : SHAPES) {
      SteinShape shape = SteinShape.of(s[0], s[1], s[2], s[3]);
      cases.add(direction(shape, "", Set.of(PARITY)));
      cases.add(fixed(shape, SteinKernel.rbf(), "", Set.of(PARITY)));
      cases.add(fixed(shape, IMQ, "imq", Set.of(PARITY)));
      cases.add(fixed(shape, SteinKernel.linear(), "linear", Set.of(PARITY)));
      if (shape.m() == 0) {
        cases.add(discrepancy(shape, "", Set.of(PARITY)));
        cases.add(discrepancy(shape.kernel(IMQ, 1), "imq", Set.of(PARITY)));
        cases.add(discrepancy(shape.kernel(SteinKernel.linear(), 1), "linear", Set.of(PARITY)));
      }
    }
    // Many particles, whose median is searched for; with few distinct distances as well.
    cases.add(direction(SteinShape.of(1, 1009, 0, 3), "", Set.of(PARITY)));
    cases.add(discrepancy(SteinShape.of(1, 1009, 0, 3), "", Set.of(PARITY)));
    for (Rule rule : Rule.values()) {
      for (int[] s : new int[][] {{7, 1, 2, 2}, {9, 2, 3, 1}, {65, 17, 5, 2}, {5, 16, 0, 33}}) {
        ruled(cases, SteinShape.of(s[0], s[1], s[2], s[3]).rule(rule));
      }
      SteinShape many = SteinShape.of(1, 1009, 130, 3).rule(rule);
      cases.add(bandwidths(many, name(rule), Set.of(PARITY)));
      SteinShape ties = many.fill(SteinShape.Fill.TIES);
      cases.add(bandwidths(ties, name(rule) + "-ties", Set.of(PARITY)));
    }
    for (int[] s : new int[][] {{9, 2, 0, 1}, {65, 17, 5, 2}, {1, 1009, 130, 3}}) {
      SteinShape shape = SteinShape.of(s[0], s[1], s[2], s[3]).numPyro(0.25);
      cases.add(bandwidths(shape, "numpyro-epsilon", Set.of(PARITY)));
      cases.add(direction(shape, "numpyro-epsilon", Set.of(PARITY)));
    }
    variants(cases, SteinShape.of(65, 33, 0, 7));
    variants(cases, SteinShape.of(31, 7, 17, 2));
    // Enough particles for several stretches, the last one not full.
    variants(cases, SteinShape.of(3, 259, 0, 6));
    variants(cases, SteinShape.of(2, 261, 17, 5));
    return cases;
  }

  private static String name(Rule rule) {
    return rule.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  private static void ruled(List<KernelCase> cases, SteinShape shape) {
    cases.add(bandwidths(shape, name(shape.rule()), Set.of(PARITY)));
    cases.add(direction(shape, name(shape.rule()), Set.of(PARITY)));
    SteinShape ties = shape.fill(SteinShape.Fill.TIES);
    cases.add(bandwidths(ties, name(shape.rule()) + "-ties", Set.of(PARITY)));
  }

  private static void variants(List<KernelCase> cases, SteinShape plain) {
    Set<Purpose> parity = Set.of(PARITY);
    cases.add(direction(plain.alpha(SoftShape.Kind.CONSTANT, 0), "alpha-0", parity));
    cases.add(direction(plain.alpha(SoftShape.Kind.DEVICE, 0.2f), "device-alpha", parity));
    cases.add(direction(plain.alpha(SoftShape.Kind.PER_ROW, 1), "state-alphas", parity));
    cases.add(fixed(plain, STEEP, "steep-imq", parity));
    for (SteinShape.Fill fill :
        List.of(SteinShape.Fill.FAR, SteinShape.Fill.IDENTICAL, SteinShape.Fill.SPECIALS)) {
      String name = fill.name().toLowerCase(java.util.Locale.ROOT);
      SteinShape filled = plain.fill(fill);
      cases.add(direction(filled, name, parity));
      cases.add(bandwidths(filled, name, parity));
      cases.add(direction(filled.kernel(IMQ, 2), "imq-" + name, parity));
      if (plain.m() == 0) {
        cases.add(discrepancy(filled, name, parity));
      }
    }
    SteinShape perState = plain.kernel(SteinKernel.rbf(), Double.NaN);
    cases.add(direction(perState, "state-bandwidths", parity));
    cases.add(bandwidths(perState, "state-bandwidths", parity));
    SteinShape tiny = plain.kernel(SteinKernel.rbf(), 1e-20);
    cases.add(direction(tiny, "tiny-bandwidth", parity));
    // Particles at the rim are alone with their own score: what is computed about a centre fails.
    SteinShape narrow = plain.kernel(SteinKernel.rbf(), 0.05 * plain.d());
    cases.add(direction(narrow, "narrow-bandwidth", parity));
  }

  private static KernelCase fixed(
      SteinShape shape, SteinKernel kernel, String variant, Set<Purpose> purposes) {
    return direction(shape.kernel(kernel, shape.d()), variant, purposes);
  }

  private static KernelCase direction(SteinShape shape, String variant, Set<Purpose> purposes) {
    String operation = shape.rule() == null ? "direction" : "direction+median";
    long pairs = shape.pairs();
    long source = 4L * shape.states() * shape.n() * shape.d();
    long target = 4L * shape.states() * shape.targets() * shape.d();
    boolean rbf = shape.kernel() instanceof SteinKernel.Rbf;
    boolean linear = shape.kernel() instanceof SteinKernel.Linear;
    // Per pair a product and a sum per coordinate for r² or x·y, and for φ; the rest is per
    // particle. The median is not counted, as distances that are at hand need not be computed.
    Work work =
        new Work(
            2 * source + (shape.m() == 0 ? 0 : target),
            target,
            pairs * 4 * shape.d(),
            linear ? 0 : rbf ? pairs : 2 * pairs);
    return of(
        operation,
        "direction",
        shape,
        variant,
        purposes,
        work,
        Map.of(
            "direction", Tolerance.of(UNITS, (in, _, i) -> SteinScale.of(in, shape).direction(i))),
        session -> {
          Particles x = source(session, shape);
          Particles y = target(session, shape, x);
          Bandwidth bandwidth = bandwidth(session, shape);
          Temperature alpha = SoftShape.temperature(session);
          DeviceArray score = session.input("score");
          DeviceArray out = session.output("direction", REAL, y.size());
          SteinKernels kernels = session.backend().stein();
          SteinKernel kernel = shape.kernel();
          return () -> kernels.direction(x, score, y, kernel, bandwidth, alpha, out);
        });
  }

  private static KernelCase bandwidths(SteinShape shape, String variant, Set<Purpose> purposes) {
    boolean cross = shape.rule() == Rule.SQL_REFERENCE;
    long pairs = cross ? shape.pairs() : (long) shape.states() * shape.n() * (shape.n() - 1) / 2;
    long read = 4L * shape.states() * shape.n() * shape.d();
    Work work = new Work(read, 4L * shape.states(), 2 * pairs * shape.d(), 0);
    return of(
        "bandwidths",
        "bandwidths",
        shape,
        variant,
        purposes,
        work,
        Map.of("h", Tolerance.of(UNITS, (in, _, i) -> SteinScale.of(in, shape).bandwidth(i))),
        session -> {
          Particles x = source(session, shape);
          Particles y = target(session, shape, x);
          Bandwidth bandwidth = bandwidth(session, shape);
          DeviceArray out = session.output("h", REAL, shape.states());
          SteinKernels kernels = session.backend().stein();
          return () -> kernels.bandwidths(x, y, bandwidth, out);
        });
  }

  private static KernelCase discrepancy(SteinShape shape, String variant, Set<Purpose> purposes) {
    long pairs = (long) shape.states() * shape.n() * (shape.n() + 1) / 2;
    long read = 8L * shape.states() * shape.n() * shape.d();
    Work work = new Work(read, 4L * shape.states(), 6 * pairs * shape.d(), pairs);
    return of(
        "discrepancy",
        "discrepancy",
        shape,
        variant,
        purposes,
        work,
        Map.of(
            "discrepancy",
            Tolerance.of(UNITS, (in, _, i) -> SteinScale.of(in, shape).discrepancy(i))),
        session -> {
          Particles x = source(session, shape);
          Bandwidth bandwidth = bandwidth(session, shape);
          DeviceArray score = session.input("score");
          DeviceArray out = session.output("discrepancy", REAL, shape.states());
          SteinKernels kernels = session.backend().stein();
          return () -> kernels.discrepancy(x, score, shape.kernel(), bandwidth, out);
        });
  }

  private static KernelCase of(
      String operation,
      String method,
      SteinShape shape,
      String variant,
      Set<Purpose> purposes,
      Work work,
      Map<String, Tolerance> tolerances,
      KernelCase.Binder binder) {
    return new KernelCase(
        "stein/" + operation + "/" + shape.size() + (variant.isEmpty() ? "" : "/" + variant),
        "SteinKernels." + method,
        purposes,
        work,
        shape::inputs,
        binder,
        tolerances);
  }

  private static Particles source(Session session, SteinShape shape) {
    return new Particles(session.input("x"), shape.states(), shape.n(), shape.d());
  }

  private static Particles target(Session session, SteinShape shape, Particles source) {
    return shape.m() == 0
        ? source
        : new Particles(session.input("y"), shape.states(), shape.m(), shape.d());
  }

  private static Bandwidth bandwidth(Session session, SteinShape shape) {
    if (shape.rule() != null) {
      return shape.ruled();
    }
    return Double.isNaN(shape.h())
        ? Bandwidth.perState(session.input("bandwidth"))
        : Bandwidth.of(shape.h());
  }
}
