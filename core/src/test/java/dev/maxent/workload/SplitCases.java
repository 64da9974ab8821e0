package dev.maxent.workload;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;
import static dev.maxent.workload.NetworkProblem.Fill.NAN_PARAMETER;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.RandomState;
import dev.maxent.workload.SoftShape.Kind;
import dev.maxent.workload.SoftShape.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Cases for tests of how work is done: every operation, with everything that changes its path. */
public final class SplitCases {
  /** The variant without anything that changes the path. */
  public static final String PLAIN = "plain";

  private static final String LARGE =
      "tabular/.*/(1009|4097)x.*|random/.*/(1009x7|4097x5).*"
          + "|stein/.*/(65x33x7|1x1009x3|65537).*|stein/bandwidths/1x1009to130x3.*"
          + "|network/.*/257x3-17-7-1.*|network/update/65-65-65-3.*|network/evaluate/cosine-7"
          + "|network/.*/(33x65-65-65-3/5-networks.own|65x3-64-33-1/(gelu|tanh.norm|everything))"
          + "|network/.*/256x10-256-256-1(/twin|)|network/update/10-256-256-1";

  /** Each loop of a network, with whole and with partial vectors. */
  private static final String SMALL_NETWORKS =
      "network/backward/(33x7-17-65-3/(tanh|silu|gelu|relu.norm|gelu.norm)|65x10-64-64-1)"
          + "|network/regression-step/(65x10-64-64-1|(33x7-17-65-3|65x3-64-33-1)/relu(.norm|))"
          + "|network/update/3-64-33-1/everything";

  private static final Float[] TURNS = {1f, 0f, 1e-3f, -1f, 7f};

  private SplitCases() {}

  /**
   * Cases with enough work for several threads.
   *
   * @return cases of odd sizes
   */
  public static List<KernelCase> large() {
    List<KernelCase> cases = new ArrayList<>();
    soft(cases, variants(SoftShape.of(1501, 37)));
    soft(cases, Map.of("wide", SoftShape.of(50, 3001)));
    soft(cases, Map.of("narrow", SoftShape.of(4099, 3)));
    cases.addAll(Selection.of(KernelCases.all(), LARGE));
    cases.add(drawing("bits", INT32, RandomKernels::bits));
    cases.add(drawing("uniform", REAL, RandomKernels::uniform));
    cases.add(drawing("normal", REAL, RandomKernels::normal));
    cases.add(drawing("indices", INT32, (k, state, out) -> k.indices(state, 1_000_003, out)));
    cases.add(
        drawing(
            "permutation",
            INT32,
            (k, state, out) -> k.permutation(state, 1_000_003, 12_345, true, out)));
    return cases;
  }

  /**
   * Cases that take a few microseconds.
   *
   * @return cases of small sizes
   */
  public static List<KernelCase> small() {
    List<KernelCase> cases = new ArrayList<>();
    Map<String, SoftShape> variants = variants(SoftShape.of(18, 33));
    variants.keySet().retainAll(Set.of(PLAIN, "mask", "heads", "everything"));
    soft(cases, variants);
    List<KernelCase> networks = Selection.of(KernelCases.all(), SMALL_NETWORKS);
    for (KernelCase kernelCase : KernelCases.all()) {
      boolean plain = kernelCase.purposes().contains(KernelCase.Purpose.DOCTOR);
      if ((plain && !kernelCase.family().equals("soft-value")) || networks.contains(kernelCase)) {
        cases.add(kernelCase);
      }
    }
    return cases;
  }

  /**
   * Both passes and a step of networks.
   *
   * @param shape the networks
   * @param batch rows, which all of them see
   * @return cases of that size
   */
  public static List<KernelCase> networks(NetworkShape shape, int batch) {
    NetworkProblem problem = NetworkProblem.of(batch, 1, 1).shape(shape);
    return List.of(
        NetworkCases.forward(problem, shape.toString(), Set.of()),
        NetworkCases.backward(problem, shape.toString(), true, true, Set.of()),
        RegressionCases.step(problem, shape.toString(), Set.of()),
        RegressionCases.step(problem.fill(NAN_PARAMETER), shape + "/nan", Set.of()));
  }

  /**
   * Soft-value cases that a simulator a thousand times slower than a device gets through: every
   * operation on few rows, with nothing and with everything that changes how rows are read.
   *
   * @param columns widths of rows
   * @return cases of tiny sizes
   */
  public static List<KernelCase> tinySoft(int... columns) {
    List<KernelCase> cases = new ArrayList<>();
    for (int width : columns) {
      SoftShape plain = SoftShape.of(3, width);
      SoftShape shared = SoftShape.of(1, width).mask(Layout.SHARED).weights(Layout.SHARED);
      Map<String, SoftShape> shapes = new LinkedHashMap<>(variants(plain));
      shapes.keySet().retainAll(Set.of(PLAIN, "everything"));
      shapes.put("shared", shared.temperature(Kind.DEVICE, 0.1f).poison());
      soft(cases, shapes);
    }
    return cases;
  }

  /**
   * The same for tables, random numbers and rows that are moved.
   *
   * @return cases of tiny sizes
   */
  public static List<KernelCase> tinyOthers() {
    return Selection.of(
        KernelCases.of(KernelCase.Purpose.PARITY),
        "random/(bits|uniform|normal|indices|permutation)/(1|33)"
            + "|random/permutation/130/.*"
            + "|random/(gather|scatter)/3x7(/byte|/int32|)"
            + "|tabular/.*-backup/(1x1x1|7x3x0|17x33x4/per-state)"
            + "|stein/direction.median/(1x33x3|7x3x2|2x16x7|2x33x33)"
            + "|stein/direction.median/(5x2to1x3|9x2to3x1/(sql-reference|numpyro))"
            + "|stein/direction/(2x16x7/(imq|linear)|3x5x2/imq)"
            + "|stein/discrepancy/(2x16x7(/imq|/linear|)|3x5x2)"
            + "|stein/step-(plain|adagrad|adam)/33"
            + "|network/(forward|backward)/(7x3-5-2|3x7-17-3/norm|0x3-7-1)"
            + "|network/regression-step/(7x3-5-2|3x7-17-3/twin.weights)"
            + "|network/regression-step/37x2-3-1/5-networks(.norm|)"
            + "|network/regression-step/2x3-65-2/twin.weights.norm"
            + "|network/update/3-5-2|network/evaluate/(cosine|exponential)-33");
  }

  private static Map<String, SoftShape> variants(SoftShape plain) {
    SoftShape both = plain.mask(Layout.ROWS).weights(Layout.ROWS).poison();
    Map<String, SoftShape> variants = new LinkedHashMap<>();
    variants.put(PLAIN, plain);
    variants.put("alpha-0", plain.temperature(0));
    variants.put("device-temperature", plain.temperature(Kind.DEVICE, 0.1f));
    variants.put("row-temperatures", plain.temperature(Kind.PER_ROW, TURNS));
    variants.put("mask", plain.mask(Layout.SHARED).poison());
    variants.put("mask+weights", both);
    variants.put("heads", plain.heads(2));
    variants.put("specials", plain.fill(Data::specials));
    variants.put("everything", both.heads(3).temperature(Kind.PER_ROW, TURNS).fill(Data::specials));
    return variants;
  }

  private static void soft(List<KernelCase> cases, Map<String, SoftShape> shapes) {
    for (SoftOperation operation : SoftOperation.ALL) {
      shapes.forEach((name, shape) -> {
        if (operation.accepts(shape)) {
          cases.add(operation.at(shape, name, Set.of()));
        }
      });
    }
  }

  private interface Drawing {
    void run(RandomKernels kernels, RandomState state, DeviceArray out);
  }

  private static KernelCase drawing(String name, ElementType type, Drawing drawing) {
    int length = 100_003;
    return new KernelCase(
        "random/" + name + "/" + length,
        "RandomKernels." + name,
        Set.of(),
        new Work(0, 0, 0, 0),
        seed -> new Inputs().with("state", Data.state(new SplittableRandom(seed))),
        session -> {
          RandomState state = RandomCases.state(session);
          DeviceArray out = session.output("out", type, length);
          return () -> drawing.run(session.backend().random(), state, out);
        },
        Map.of());
  }
}
