package dev.maxent.workload;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.RandomState;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The cases of {@link dev.maxent.kernel.RandomKernels} that draw. */
final class RandomCases {
  /**
   * Normal numbers, in units of the spacing at √(−2 log u): half a unit each for logarithm, root,
   * cosine (whose argument 2πv has an error of up to ½ spacing(2π), as much as 3 units of a cosine
   * near 0) and product.
   */
  private static final double NORMAL = 4;

  private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 7, 15, 16, 17, 33, 130, 1009, 4096, 4097};

  private enum Drawing {
    BITS,
    UNIFORM,
    NORMAL,
    INDICES,
    PERMUTATION
  }

  private RandomCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    cases.add(drawing(Drawing.UNIFORM, 1 << 24, Set.of(BENCHMARK)));
    cases.add(drawing(Drawing.NORMAL, 1 << 24, Set.of(BENCHMARK, QUICK)));
    cases.add(drawing(Drawing.BITS, 1 << 24, Set.of(BENCHMARK)));
    cases.add(drawing(Drawing.PERMUTATION, 1 << 20, Set.of(BENCHMARK)));
    cases.add(drawing(Drawing.INDICES, 1 << 20, Set.of(BENCHMARK)));
    for (Drawing drawing : Drawing.values()) {
      for (int length : LENGTHS) {
        cases.add(drawing(drawing, length, Set.of(PARITY)));
      }
      cases.add(drawing(drawing, 1031, Set.of(PARITY, DOCTOR)));
    }
    for (int bound : new int[] {1, 2, 1_000_003, Integer.MAX_VALUE}) {
      cases.add(indices(4096, bound, "bound-" + bound, Set.of(PARITY)));
    }
    cases.add(stretch(1_000_003, 999_000, 1003, true));
    cases.add(stretch(4097, 17, 130, false));
    cases.add(stretch(Integer.MAX_VALUE, Integer.MAX_VALUE - 1009, 1009, true));
    return cases;
  }

  /** A stream that starts where the case's inputs say; its state is an output too. */
  static RandomState state(Session session) {
    int[] words = session.inputs().ints("state");
    long seed = Integer.toUnsignedLong(words[0]) | (long) words[1] << 32;
    long counter = Integer.toUnsignedLong(words[2]) | (long) words[3] << 32;
    RandomState state = session.keep(RandomState.of(session.backend(), seed, counter));
    session.updates("state", state.words());
    return state;
  }

  private static KernelCase drawing(Drawing drawing, int length, Set<Purpose> purposes) {
    return switch (drawing) {
      case BITS -> of("bits", length, INT32, Tolerance.EXACT, 0, 0, purposes, RandomKernels::bits);
      // Exact in float32, so nothing is rounded.
      case UNIFORM ->
          of(
              "uniform",
              length,
              REAL,
              Tolerance.EXACT,
              2L * length,
              0,
              purposes,
              RandomKernels::uniform);
      // A logarithm and a root per pair; a cosine or sine and two products per element.
      case NORMAL ->
          of(
              "normal",
              length,
              REAL,
              Tolerance.of(NORMAL, RandomCases::normalUnit),
              5L * length,
              3L * length / 2,
              purposes,
              RandomKernels::normal);
      case INDICES -> indices(length, 1_000_000, "", purposes);
      case PERMUTATION ->
          of(
              "permutation",
              length,
              INT32,
              Tolerance.EXACT,
              0,
              0,
              purposes,
              (kernels, state, out) -> {
                int size = (int) Math.max(1, out.length());
                kernels.permutation(state, size, 0, true, out);
              });
    };
  }

  private static KernelCase indices(int length, int bound, String variant, Set<Purpose> purposes) {
    return of(
        "indices",
        length + (variant.isEmpty() ? "" : "/" + variant),
        length,
        INT32,
        Tolerance.EXACT,
        new Work(16, 4L * length + 16, 0, 0),
        purposes,
        (kernels, state, out) -> kernels.indices(state, bound, out));
  }

  private static KernelCase stretch(int size, int offset, int length, boolean advance) {
    return of(
        "permutation",
        length + "/offset-" + offset + "-of-" + size,
        length,
        INT32,
        Tolerance.EXACT,
        new Work(16, 4L * length + 16, 0, 0),
        Set.of(PARITY),
        (kernels, state, out) -> kernels.permutation(state, size, offset, advance, out));
  }

  @FunctionalInterface
  private interface Operation {
    void run(RandomKernels kernels, RandomState state, DeviceArray out);
  }

  private static KernelCase of(
      String name,
      int length,
      ElementType type,
      Tolerance tolerance,
      long flops,
      long exponentials,
      Set<Purpose> purposes,
      Operation operation) {
    Work work = new Work(16, 4L * length + 16, flops, exponentials);
    return of(name, Integer.toString(length), length, type, tolerance, work, purposes, operation);
  }

  private static KernelCase of(
      String name,
      String shape,
      int length,
      ElementType type,
      Tolerance tolerance,
      Work work,
      Set<Purpose> purposes,
      Operation operation) {
    return new KernelCase(
        "random/" + name + "/" + shape,
        "RandomKernels." + name,
        purposes,
        work,
        seed -> new Inputs().with("state", Data.state(new SplittableRandom(seed))),
        session -> {
          RandomState state = state(session);
          DeviceArray out = session.output("out", type, length);
          RandomKernels kernels = session.backend().random();
          return () -> operation.run(kernels, state, out);
        },
        Map.of("out", tolerance, "state", Tolerance.EXACT));
  }

  /** The spacing at the radius: sines near 0 have an absolute error of that size. */
  private static double normalUnit(Inputs inputs, double expected, int index) {
    return Tolerance.spacing(RadiusOf.pair(inputs, index));
  }
}
