package dev.maxent.workload;

import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The cases of {@link RandomKernels#gather} and {@link RandomKernels#scatter}. */
final class RowCases {
  private static final int REPLAY = 1_000_000;

  /** Rows moved and their width. */
  private static final int[][] SHAPES = {
    {0, 3}, {1, 1}, {3, 7}, {17, 16}, {130, 1}, {1009, 3}, {4097, 5}, {257, 20}, {65, 40}, {33, 130}
  };

  private RowCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (boolean gather : new boolean[] {true, false}) {
      Set<Purpose> timed = gather ? Set.of(BENCHMARK, QUICK) : Set.of(BENCHMARK);
      cases.add(of(gather, REPLAY, 65536, 32, ElementType.REAL, false, timed));
      for (ElementType type : ElementType.values()) {
        for (int[] shape : SHAPES) {
          int table = 2 * shape[0] + 3;
          cases.add(of(gather, table, shape[0], shape[1], type, false, Set.of(PARITY)));
        }
        cases.add(of(gather, 2000, 1009, 7, type, true, Set.of(PARITY)));
      }
      cases.add(of(gather, 400, 131, 9, ElementType.REAL, true, Set.of(PARITY, DOCTOR)));
    }
    return cases;
  }

  private static KernelCase of(
      boolean gather,
      int table,
      int rows,
      int width,
      ElementType type,
      boolean outOfRange,
      Set<Purpose> purposes) {
    String operation = gather ? "gather" : "scatter";
    String variant =
        (type == ElementType.REAL ? "" : "/" + type.name().toLowerCase(Locale.ROOT))
            + (outOfRange ? "/out-of-range" : "");
    long bytes = (long) rows * width * type.bytes();
    return new KernelCase(
        "random/" + operation + "/" + rows + "x" + width + variant,
        "RandomKernels." + operation,
        purposes,
        new Work(4L * rows + bytes, bytes, 0, 0),
        seed -> inputs(new SplittableRandom(seed), gather, table, rows, width, type, outOfRange),
        session -> bind(session, gather, rows, width, type),
        Map.of("target", Tolerance.EXACT));
  }

  private static Inputs inputs(
      SplittableRandom random,
      boolean gather,
      int table,
      int rows,
      int width,
      ElementType type,
      boolean outOfRange) {
    int[] indices = gather ? Data.indices(rows, table, random) : Data.distinct(rows, table, random);
    int[] outside = {-1, table, Integer.MIN_VALUE, Integer.MAX_VALUE, -table};
    for (int i = 0; outOfRange && i < rows; i += 3) {
      indices[i] = outside[i / 3 % outside.length];
    }
    Inputs inputs = new Inputs().with("width", width).with("indices", indices);
    int long1 = table * width;
    int short1 = rows * width;
    inputs.with("source", values(gather ? long1 : short1, type, random));
    if (!gather) {
      inputs.with("target", values(long1, type, random));
    }
    return inputs;
  }

  private static Object values(int length, ElementType type, SplittableRandom random) {
    return switch (type) {
      case REAL -> {
        float[] values = Data.reals(length, 1, random);
        for (int i = 0; i < length; i += 97) {
          // Copies keep what arithmetic would not.
          values[i] = i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
        yield values;
      }
      case INT32 -> Data.indices(length, Integer.MAX_VALUE, random);
      case BYTE -> Data.flags(length, random);
    };
  }

  private static Runnable bind(
      Session session, boolean gather, int rows, int width, ElementType type) {
    RandomKernels kernels = session.backend().random();
    DeviceArray source = session.input("source");
    DeviceArray indices = session.input("indices");
    if (gather) {
      DeviceArray target = session.output("target", type, (long) rows * width);
      return () -> kernels.gather(source, width, indices, target);
    }
    DeviceArray target = session.input("target");
    session.updates("target", target);
    return () -> kernels.scatter(source, width, indices, target);
  }
}
