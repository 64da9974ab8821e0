package dev.maxent.workload;

import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.TabularKernels;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases of {@link dev.maxent.kernel.TabularKernels}. */
final class TabularCases {
  /*
   * In units of TabularScale, which are sums of |terms| · ε: one product and one sum per term of
   * P V, all roundings of one sign at worst, then those of V as in SoftOperation.
   */
  private static final double ACTION_VALUE = 2;
  private static final double NEXT_VALUE = 2;

  private static final int[][] SHAPES = {
    {1, 1, 1},
    {3, 2, 2},
    {7, 3, 0},
    {17, 16, 3},
    {33, 7, 5},
    {130, 15, 4},
    {1009, 8, 5},
    {5, 130, 31},
    {31, 1, 7},
    {4097, 3, 2},
    {16, 4, 130}
  };

  private TabularCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (boolean soft : new boolean[] {true, false}) {
      cases.add(of(soft, TabularShape.of(100_000, 8, 5), "", Set.of(BENCHMARK, QUICK)));
      for (int[] shape : SHAPES) {
        cases.add(of(soft, TabularShape.of(shape[0], shape[1], shape[2]), "", Set.of(PARITY)));
      }
      cases.add(of(soft, TabularShape.of(131, 5, 3).withRagged(), "", Set.of(PARITY, DOCTOR)));
      // With 128 actions rows are as long as plain ones that are summed without their maxima.
      TabularShape unmasked = TabularShape.of(21, 128, 2);
      Float[] some = {0.5f, 0f};
      cases.add(
          of(soft, unmasked.temperature(SoftShape.Kind.CONSTANT, 0f), "alpha-0", Set.of(PARITY)));
      cases.add(
          of(
              soft,
              unmasked.temperature(SoftShape.Kind.PER_ROW, some),
              "per-state",
              Set.of(PARITY)));
      for (int[] size : new int[][] {{130, 7, 5}, {1009, 3, 3}, {17, 33, 4}, {19, 128, 2}}) {
        variants(cases, soft, TabularShape.of(size[0], size[1], size[2]));
      }
    }
    return cases;
  }

  private static void variants(List<KernelCase> cases, boolean soft, TabularShape plain) {
    Set<Purpose> parity = Set.of(PARITY);
    TabularShape ragged = plain.withRagged();
    cases.add(of(soft, ragged, "terminal", parity));
    cases.add(of(soft, ragged.temperature(SoftShape.Kind.CONSTANT, 0f), "alpha-0", parity));
    cases.add(of(soft, ragged.temperature(SoftShape.Kind.DEVICE, 0.1f), "device", parity));
    Float[] turns = {1f, 0f, 1e-6f, 1e-3f, 0.1f, 7f, 1e3f};
    cases.add(of(soft, ragged.temperature(SoftShape.Kind.PER_ROW, turns), "per-state", parity));
    cases.add(of(soft, ragged.discount(0), "discount-0", parity));
    cases.add(of(soft, ragged.discount(1), "discount-1", parity));
    cases.add(of(soft, ragged.values(1e30f), "huge", parity));
    cases.add(of(soft, plain.values(Float.POSITIVE_INFINITY), "infinite", parity));
    cases.add(of(soft, plain.values(Float.NaN), "nan", parity));
  }

  private static KernelCase of(
      boolean soft, TabularShape shape, String variant, Set<Purpose> purposes) {
    String operation = soft ? "soft-backup" : "policy-backup";
    String size = shape.states() + "x" + shape.actions() + "x" + shape.successors();
    return new KernelCase(
        "tabular/" + operation + "/" + size + (variant.isEmpty() ? "" : "/" + variant),
        "TabularKernels." + (soft ? "softBackup" : "policyBackup"),
        purposes,
        work(soft, shape),
        shape::inputs,
        session -> bind(session, soft),
        Map.of(
            "actionValues",
            Tolerance.of(ACTION_VALUE, (in, _, i) -> TabularScale.of(in).actionValue(i)),
            "nextValues",
            Tolerance.of(NEXT_VALUE, (in, _, i) -> TabularScale.of(in).nextValue(i, soft)),
            "residual",
            Tolerance.of(NEXT_VALUE, (in, _, _) -> TabularScale.of(in).residual(soft))));
  }

  private static Runnable bind(Session session, boolean soft) {
    Inputs inputs = session.inputs();
    TabularModel model = TabularShape.model(session);
    Temperature temperature = SoftShape.temperature(session);
    double discount = inputs.number("discount");
    DeviceArray values = session.input("values");
    BackupOutputs outputs =
        new BackupOutputs(
            session.output("actionValues", REAL, model.pairs()),
            session.output("nextValues", REAL, model.states()),
            session.output("residual", REAL, 1));
    TabularKernels kernels = session.backend().tabular();
    if (soft) {
      return () -> kernels.softBackup(model, discount, temperature, values, outputs);
    }
    DeviceArray policy = session.input("policy");
    return () -> kernels.policyBackup(model, discount, temperature, policy, values, outputs);
  }

  private static Work work(boolean soft, TabularShape shape) {
    long states = shape.states();
    long pairs = states * shape.actions();
    long transitions = pairs * shape.successors();
    long read = 8 * transitions + 4 * (pairs + 1) + 5 * pairs + 4 * states;
    long written = 4 * pairs + 4 * states + 4;
    // A multiply-add per transition and per reward, then the soft value or Σ π (Q − α log π), then
    // difference and maximum of the residual.
    long flops = 2 * transitions + 2 * pairs + 4 * pairs + 2 * states;
    return soft
        ? new Work(read, written, flops + 2 * states, pairs + states)
        : new Work(read + 4 * pairs, written, flops, pairs);
  }
}
