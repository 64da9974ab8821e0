package dev.maxent.workload;

import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.Schedule;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases of {@link NetworkKernels#evaluate}. */
final class EvaluateCases {
  private static final int[] STEPS = {0, 1, 7, 49, 50, 51, 1000, 1_000_003, Integer.MAX_VALUE};

  private EvaluateCases() {}

  /** One of each kind, over some tens of steps. */
  static Map<String, Schedule> schedules() {
    Map<String, Schedule> schedules = new LinkedHashMap<>();
    schedules.put("constant", Schedule.constant(0.3));
    schedules.put("linear", Schedule.linear(1e-2, 1e-4, 50));
    schedules.put("cosine", Schedule.cosine(1e-2, 0, 50));
    schedules.put("exponential", Schedule.exponential(1e-2, 0.97, 1e-6));
    return schedules;
  }

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    Map<String, Schedule> all = schedules();
    all.put("rising", Schedule.linear(-3, 5, 1_500_000));
    all.put("half-wave", Schedule.cosine(1, -2, 1_500_000));
    // Ends whose difference is no float.
    all.put("far-linear", Schedule.linear(3e38, -3e38, 50));
    all.put("far-cosine", Schedule.cosine(-3e38, 3e38, 50));
    all.put("to-nothing", Schedule.exponential(1, 0.9999, 0));
    all.forEach((name, schedule) -> {
      for (int step : STEPS) {
        cases.add(of(name, schedule, step, Set.of(PARITY)));
      }
      cases.add(of(name, schedule, 33, Set.of(PARITY, DOCTOR)));
    });
    cases.add(of("cosine", Schedule.cosine(1, 0, 1000), 500, Set.of(BENCHMARK)));
    return cases;
  }

  private static KernelCase of(String name, Schedule schedule, int step, Set<Purpose> purposes) {
    double unit = Tolerance.EPSILON * AdamRounding.rateError(schedule, step) + 0x1p-125;
    return new KernelCase(
        "network/evaluate/" + name + "-" + step,
        "NetworkKernels.evaluate",
        purposes,
        new Work(4, 4, 8, 1),
        _ -> new Inputs().with("step", new int[] {step}),
        session -> {
          DeviceArray count = session.input("step");
          DeviceArray out = session.output("out", REAL, 1);
          NetworkKernels kernels = session.backend().network();
          return () -> kernels.evaluate(schedule, count, out);
        },
        Map.of("out", Tolerance.of(NetworkRounding.UNITS, (_, _, _) -> unit)));
  }
}
