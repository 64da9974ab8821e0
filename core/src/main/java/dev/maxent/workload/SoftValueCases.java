package dev.maxent.workload;

import static dev.maxent.workload.KernelCase.Purpose.BENCHMARK;
import static dev.maxent.workload.KernelCase.Purpose.DOCTOR;
import static dev.maxent.workload.KernelCase.Purpose.PARITY;
import static dev.maxent.workload.KernelCase.Purpose.QUICK;

import dev.maxent.workload.KernelCase.Purpose;
import dev.maxent.workload.SoftShape.Kind;
import dev.maxent.workload.SoftShape.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases of {@link dev.maxent.kernel.SoftValueKernels}. */
final class SoftValueCases {
  private static final Set<Purpose> TIMED = Set.of(BENCHMARK);
  private static final Set<Purpose> TIMED_QUICK = Set.of(BENCHMARK, QUICK);

  /** Empty, one, odd, a lane more or less, prime, a page more or less. */
  private static final int[][] SHAPES = {
    {0, 7}, {7, 0}, {0, 0}, {1, 1}, {1, 3}, {3, 1}, {3, 3}, {7, 15}, {15, 7}, {16, 17}, {17, 16},
    {31, 33}, {33, 31}, {130, 7}, {7, 130}, {1009, 3}, {3, 1009}, {4096, 1}, {1, 4096}, {4097, 3},
    {3, 4097}
  };

  /** A narrow one for kernels that put several rows into one group, and a wide one. */
  private static final int[][] VARIANT_SHAPES = {{130, 3}, {33, 17}, {15, 130}, {5, 1009}};

  private SoftValueCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    timed(cases);
    parity(cases);
    subsets(cases);
    for (SoftOperation operation : SoftOperation.ALL) {
      cases.add(operation.at(SoftShape.of(130, 31), "", Set.of(PARITY, DOCTOR)));
    }
    // The derived bound on V, held to at a width where sums are long.
    cases.add(SoftOperation.LOG_SUM_EXP.at(SoftShape.of(3, 65536), "", Set.of(PARITY)));
    return cases;
  }

  private static void timed(List<KernelCase> cases) {
    int[][] sums = {
      {65536, 256}, {65536, 64}, {4096, 64}, {64, 16}, {1, 1048576}, {256, 65536}, {1048576, 4}
    };
    for (int[] shape : sums) {
      cases.add(
          SoftOperation.LOG_SUM_EXP.at(
              SoftShape.of(shape[0], shape[1]), "", shape[1] == 64 ? TIMED_QUICK : TIMED));
    }
    SoftShape batch = SoftShape.of(65536, 64);
    SoftShape small = SoftShape.of(4096, 64);
    cases.add(SoftOperation.BELLMAN_TARGET.at(batch, "", TIMED_QUICK));
    cases.add(SoftOperation.BELLMAN_TARGET.at(small, "", TIMED));
    cases.add(SoftOperation.BELLMAN_TARGET.at(batch.heads(2), "twin", TIMED));
    cases.add(SoftOperation.POLICY_ENTROPY.at(batch, "", TIMED_QUICK));
    cases.add(SoftOperation.POLICY_ENTROPY.at(small, "", TIMED));
    cases.add(SoftOperation.POLICY_ALL.at(batch, "", TIMED));
    cases.add(SoftOperation.GRADIENT.at(batch, "", TIMED));
    cases.add(SoftOperation.MELLOWMAX_MEAN.at(batch, "", TIMED));
    cases.add(SoftOperation.SAMPLE.at(batch, "", TIMED_QUICK));
    cases.add(SoftOperation.GREEDY.at(batch, "", TIMED));
    cases.add(SoftOperation.LOG_SUM_EXP.at(batch.mask(Layout.ROWS), "mask", TIMED));
    SoftShape everything =
        batch.mask(Layout.ROWS).weights(Layout.ROWS).temperature(Kind.PER_ROW, 0.5f, 1f, 2f);
    cases.add(SoftOperation.LOG_SUM_EXP.at(everything, "mask+weights+temperatures", TIMED));
  }

  private static void parity(List<KernelCase> cases) {
    Map<String, SoftShape> variants = new LinkedHashMap<>();
    for (int[] size : SHAPES) {
      variants.put("plain " + size[0] + "x" + size[1], SoftShape.of(size[0], size[1]));
    }
    for (int[] size : VARIANT_SHAPES) {
      variants(SoftShape.of(size[0], size[1]))
          .forEach((name, shape) -> variants.put(name + " " + size[0] + "x" + size[1], shape));
    }
    for (SoftOperation operation : SoftOperation.ALL) {
      variants.forEach((key, shape) -> {
        String name = key.substring(0, key.indexOf(' '));
        if (operation.accepts(shape)) {
          cases.add(operation.at(shape, name.equals("plain") ? "" : name, Set.of(PARITY)));
        }
      });
    }
  }

  /** What can be different about a case of one size. */
  private static Map<String, SoftShape> variants(SoftShape plain) {
    Map<String, SoftShape> all = new LinkedHashMap<>();
    all.put("mask", plain.mask(Layout.ROWS).poison());
    all.put("shared-mask", plain.mask(Layout.SHARED).poison());
    all.put("weights", plain.weights(Layout.ROWS).poison());
    all.put("shared-weights", plain.weights(Layout.SHARED).poison().temperature(0.5f));
    SoftShape both = plain.mask(Layout.ROWS).weights(Layout.SHARED).poison();
    all.put("mask+weights", both);
    all.put("shared-mask+weights", plain.mask(Layout.SHARED).weights(Layout.ROWS).poison());
    all.put("device-temperature", plain.temperature(Kind.DEVICE, 0.1f));
    all.put("device-temperature-0", plain.temperature(Kind.DEVICE, 0f));
    all.put("device-temperature-invalid", plain.temperature(Kind.DEVICE, -1f));
    Float[] turns = {1f, 0f, 1e-6f, 1e-3f, 0.1f, 7f, 1e3f};
    all.put("row-temperatures", plain.temperature(Kind.PER_ROW, turns));
    all.put("mask+weights+row-temperatures", both.temperature(Kind.PER_ROW, turns));
    all.put(
        "row-temperatures-invalid",
        plain.temperature(
            Kind.PER_ROW, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
    for (float alpha : new float[] {0, 1e-6f, 1e-3f, 0.1f, 10, 1e3f, 1e6f}) {
      all.put("alpha-" + alpha, plain.temperature(alpha));
    }
    all.put("alpha-0+mask+weights", both.temperature(0));
    all.put("alpha-1e6+weights", plain.weights(Layout.ROWS).temperature(1e6f));
    all.put("heads-2", plain.heads(2));
    all.put("heads-3+mask+weights", both.heads(3));
    all.put("heads-2+specials", plain.heads(2).fill(Data::specials));
    all.put("range-88", plain.fill(Data.within(88)));
    all.put("range-88-alpha-0.5", plain.fill(Data.within(44)).temperature(0.5f));
    all.put("huge", plain.fill(Data.huge(1e30f)));
    all.put("float-max", plain.fill(Data.huge(3e38f)));
    all.put("tiny", plain.fill(Data.within(1e-30)));
    all.put("equal", plain.fill(Data::equal));
    all.put("equal-alpha-0", plain.fill(Data::equal).temperature(0));
    all.put("offset", plain.fill(Data::offset));
    all.put("offset-alpha-0.01", plain.fill(Data::offset).temperature(0.01f));
    all.put("dominated", plain.fill(Data::dominated));
    all.put("minus-infinite", plain.fill(Data::mostlyMinusInfinite));
    SoftShape specials =
        new SoftShape(
            130,
            plain.columns(),
            1,
            Layout.NONE,
            Layout.NONE,
            plain.temperatures(),
            plain.kind(),
            Data::specials,
            false);
    all.put("specials", specials);
    all.put("specials-alpha-0", specials.temperature(0));
    all.put("specials+mask", specials.mask(Layout.ROWS));
    all.put("specials+weights", specials.weights(Layout.ROWS));
    all.put("specials+row-temperatures", specials.temperature(Kind.PER_ROW, turns));
    return all;
  }

  /** Every non-empty subset of a policy's outputs. */
  private static void subsets(List<KernelCase> cases) {
    List<String> outputs = SoftOperation.POLICY_OUTPUTS;
    for (int bits = 1; bits < 1 << outputs.size(); bits++) {
      Set<String> wanted = new LinkedHashSet<>();
      for (int i = 0; i < outputs.size(); i++) {
        if ((bits >> i & 1) == 1) {
          wanted.add(outputs.get(i));
        }
      }
      cases.add(
          SoftOperation.policy("policy-subset", wanted)
              .at(SoftShape.of(7, 33).mask(Layout.ROWS), String.join("+", wanted), Set.of(PARITY)));
    }
  }
}
