package dev.maxent.workload;

import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.workload.KernelCase.Purpose;
import dev.maxent.workload.NetworkProblem.Fill;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The cases of {@link NetworkKernels} that pass forward and backward: batch × widths. */
final class NetworkCases {
  private static final double UNITS = NetworkRounding.UNITS;

  /** Batch, then widths. */
  static final int[][] SHAPES = {
    {0, 3, 7, 1},
    {1, 1, 1},
    {3, 17, 3},
    {1, 3, 1, 1},
    {3, 7, 17, 3},
    {33, 17, 65, 1},
    {257, 3, 17, 7, 1},
    {33, 65, 65, 65, 3},
    {3, 1, 7, 1, 7},
    {65, 10, 64, 64, 1},
    {17, 5, 33, 16, 8, 4, 2}
  };

  private NetworkCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (int[] s : new int[][] {{64, 10, 64, 64, 1}, {256, 10, 256, 256, 1}}) {
      both(cases, NetworkProblem.of(s[0], widths(s)), "", Set.of(BENCHMARK));
    }
    cases.add(forward(NetworkProblem.of(4096, 10, 256, 256, 1), "", Set.of(BENCHMARK, QUICK)));
    cases.add(
        backward(NetworkProblem.of(4096, 10, 256, 256, 1), "", true, true, Set.of(BENCHMARK)));
    NetworkProblem small = NetworkProblem.of(7, 3, 5, 2);
    both(cases, small, "", Set.of(PARITY, DOCTOR));
    for (int[] s : SHAPES) {
      NetworkProblem problem = NetworkProblem.of(s[0], widths(s));
      both(cases, problem, "", Set.of(PARITY));
      both(cases, normalised(problem, Activation.RELU), "norm", Set.of(PARITY));
      both(cases, problem.networks(2), "twin", Set.of(PARITY));
      both(cases, problem.networks(5).withOwnRows(), "5-networks+own", Set.of(PARITY));
    }
    both(
        cases,
        normalised(NetworkProblem.of(5, 3, 257, 2), Activation.TANH),
        "norm",
        Set.of(PARITY));
    for (NetworkProblem plain :
        List.of(NetworkProblem.of(33, 7, 17, 65, 3), NetworkProblem.of(65, 3, 64, 33, 1))) {
      for (Activation activation : Activation.values()) {
        String name = activation.name().toLowerCase(Locale.ROOT);
        NetworkProblem problem = plain.shape(plain.shape().activation(activation));
        both(cases, problem, name, Set.of(PARITY));
        both(cases, problem.fill(Fill.LARGE), name + "+large", Set.of(PARITY));
        both(cases, normalised(plain, activation), name + "+norm", Set.of(PARITY));
        NetworkProblem nan = problem.networks(2).fill(Fill.NAN_ROWS);
        both(cases, nan, name + "+nan", Set.of(PARITY));
      }
      cases.add(backward(plain, "parameters", true, false, Set.of(PARITY)));
      cases.add(backward(plain, "inputs", false, true, Set.of(PARITY)));
      cases.add(backward(plain.networks(2), "twin+inputs", false, true, Set.of(PARITY)));
    }
    return cases;
  }

  static int[] widths(int[] batchAndWidths) {
    return Arrays.copyOfRange(batchAndWidths, 1, batchAndWidths.length);
  }

  static NetworkProblem normalised(NetworkProblem problem, Activation activation) {
    return problem.shape(problem.shape().activation(activation).layerNorm(true));
  }

  private static void both(
      List<KernelCase> cases, NetworkProblem problem, String variant, Set<Purpose> purposes) {
    cases.add(forward(problem, variant, purposes));
    cases.add(backward(problem, variant, true, true, purposes));
  }

  static Network network(Session session, NetworkProblem problem) {
    return new Network(problem.shape(), session.input("parameters"));
  }

  static NetworkInputs rows(Session session, NetworkProblem problem, int turn) {
    DeviceArray x = session.input(NetworkProblem.ofBatch("x", turn));
    return new NetworkInputs(x, problem.batch(), !problem.each());
  }

  static KernelCase forward(NetworkProblem problem, String variant, Set<Purpose> purposes) {
    NetworkShape shape = problem.shape();
    long outputs = (long) shape.networks() * problem.batch() * shape.outputs();
    return of(
        "forward",
        problem,
        variant,
        purposes,
        NetworkWork.forward(problem),
        session -> {
          Network network = network(session, problem);
          NetworkInputs x = rows(session, problem, 0);
          DeviceArray y = session.output("outputs", REAL, outputs);
          NetworkKernels kernels = session.backend().network();
          return () -> kernels.forward(network, x, y);
        },
        Map.of(
            "outputs", Tolerance.of(UNITS, (in, _, i) -> NetworkScale.of(in, problem).output(i))));
  }

  static KernelCase backward(
      NetworkProblem problem,
      String variant,
      boolean byParameters,
      boolean byInputs,
      Set<Purpose> purposes) {
    NetworkShape shape = problem.shape();
    long inputs = (long) shape.networks() * problem.batch() * shape.inputs();
    Map<String, Tolerance> tolerances = new LinkedHashMap<>();
    if (byParameters) {
      tolerances.put(
          "parameterGradient",
          Tolerance.of(UNITS, (in, _, i) -> NetworkScale.of(in, problem).parameterGradient(i)));
    }
    if (byInputs) {
      tolerances.put(
          "inputGradient",
          Tolerance.of(UNITS, (in, _, i) -> NetworkScale.of(in, problem).inputGradient(i)));
    }
    return of(
        "backward",
        problem,
        variant,
        purposes,
        NetworkWork.backward(problem, byParameters, byInputs),
        session -> {
          Network network = network(session, problem);
          NetworkInputs x = rows(session, problem, 0);
          DeviceArray upstream = session.input("upstream");
          DeviceArray dp =
              byParameters
                  ? session.output("parameterGradient", REAL, shape.allParameters())
                  : null;
          DeviceArray dx = byInputs ? session.output("inputGradient", REAL, inputs) : null;
          NetworkKernels kernels = session.backend().network();
          return () -> kernels.backward(network, x, upstream, dp, dx);
        },
        tolerances);
  }

  private static KernelCase of(
      String operation,
      NetworkProblem problem,
      String variant,
      Set<Purpose> purposes,
      Work work,
      KernelCase.Binder binder,
      Map<String, Tolerance> tolerances) {
    return new KernelCase(
        "network/" + operation + "/" + problem.size() + (variant.isEmpty() ? "" : "/" + variant),
        "NetworkKernels." + operation,
        purposes,
        work,
        problem::inputs,
        binder,
        tolerances);
  }
}
