package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.kernel.Training;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Runs the kernels on oclgrind's device in one tuning, compares with the reference and prints what
 * oclgrind reports, case by case. Its own JVM: {@link OclgrindTest} starts it.
 */
final class Oclgrind {
  /** Property: widths of rows, separated by commas. */
  static final String COLUMNS = "maxent.oclgrind.columns";

  /** Property: a pattern of cases' names; all and the ceilings where it is missing. */
  static final String CASES = "maxent.oclgrind.cases";

  private static final Path LOG = Path.of(System.getenv("OCLGRIND_LOG"));

  /** Rows of the largest case. */
  private static final int MOST_ROWS = 17;

  private static long seen;

  private Oclgrind() {}

  public static void main(String[] args) throws IOException {
    int[] columns =
        List.of(System.getProperty(COLUMNS).split(",", -1)).stream()
            .mapToInt(Integer::parseInt)
            .toArray();
    List<KernelCase> cases = new ArrayList<>(SplitCases.tinySoft(columns));
    cases.addAll(SplitCases.tinyOthers());
    String pattern = System.getProperty(CASES);
    if (pattern != null) {
      cases.removeIf(kernelCase -> !kernelCase.name().matches(pattern));
    }
    Set<String> launched = new TreeSet<>();
    try (Backend reference = Backends.open("reference");
        OpenClBackend tested = (OpenClBackend) Backends.open("opencl")) {
      System.out.println("device " + tested.info());
      reserveNetworks(tested, columns);
      for (KernelCase kernelCase : cases) {
        Comparison comparison = compare(kernelCase, reference, tested);
        if (!comparison.passed()) {
          System.out.println("wrong " + comparison.message());
        }
        report(kernelCase.name());
      }
      if (pattern == null) {
        CeilingLaunches.run(tested);
        report("ceilings");
      }
      launched.addAll(tested.queue().launchedKernels());
    }
    report("close");
    launched.forEach(name -> System.out.println("launched " + name));
    System.out.println("cases " + cases.size());
  }

  private static Comparison compare(KernelCase kernelCase, Backend reference, Backend tested) {
    long seed = kernelCase.defaultSeed();
    Inputs inputs = kernelCase.source().inputs(seed);
    try (Session right = kernelCase.open(reference, inputs);
        Session session = kernelCase.open(tested, inputs)) {
      session.outputs().values().forEach(Oclgrind::uploadAgain);
      right.run();
      session.run();
      session.outputs().forEach((name, array) -> guard(kernelCase, name, array));
      session.uploadedInputs().forEach((name, array) -> guard(kernelCase, name, array));
      return Comparison.of(kernelCase, seed, inputs, right, session);
    }
  }

  private static void guard(KernelCase kernelCase, String name, DeviceArray array) {
    if (!array.isGuardIntact()) {
      System.out.println("wrong " + kernelCase.name() + ": wrote past " + name);
    }
  }

  /**
   * oclgrind 21.10 keeps what it knows of a freed buffer for the next one in its place, in the old
   * size, and takes whatever lies beyond for uninitialised; only an upload corrects that, and only
   * one in a single piece. Nothing is lost: arrays are zeroed when they are made.
   */
  private static void uploadAgain(DeviceArray array) {
    byte[] bytes = new byte[Math.toIntExact(array.length() * array.type().bytes())];
    array.download(MemorySegment.ofArray(bytes));
    array.upload(MemorySegment.ofArray(bytes));
  }

  /** For the same reason the scratch memory of long rows must not grow after the first call. */
  private static void reserveScratch(Backend backend, int[] columns) {
    int widest = IntStream.of(columns).max().orElseThrow();
    try (DeviceArray q = backend.allocate(ElementType.REAL, (long) MOST_ROWS * widest);
        DeviceArray value = backend.allocate(ElementType.REAL, MOST_ROWS)) {
      backend
          .softValue()
          .logSumExp(ActionValues.of(q, MOST_ROWS, widest), Temperature.of(1), value);
    }
    // As many states, and as many particles in all, as any case has; and as many states as share
    // groups.
    for (int states : new int[] {9, 3}) {
      try (DeviceArray x = backend.allocate(ElementType.REAL, states * 66L);
          DeviceArray out = backend.allocate(ElementType.REAL, states)) {
        Particles particles = new Particles(x, states, 66, 1);
        Bandwidth rule = Bandwidth.of(Bandwidth.Rule.PLAIN_MEDIAN);
        backend.stein().discrepancy(particles, x, SteinKernel.rbf(), rule, out);
      }
    }
  }

  /** The same of networks; nothing is freed before all of it is there. */
  private static void reserveNetworks(Backend backend, int[] columns) {
    // At least as large as any case in rows, networks and each width.
    NetworkShape shape = NetworkShape.of(7, 65, 3).networks(2).layerNorm(true);
    int rows = 40;
    try (DeviceArray parameters = backend.allocate(ElementType.REAL, shape.allParameters());
        DeviceArray first = backend.allocate(ElementType.REAL, shape.allParameters());
        DeviceArray second = backend.allocate(ElementType.REAL, shape.allParameters());
        DeviceArray x = backend.allocate(ElementType.REAL, rows * 7L);
        DeviceArray targets = backend.allocate(ElementType.REAL, rows * 3L);
        DeviceArray step = backend.allocate(ElementType.INT32, 1);
        DeviceArray nonFinite = backend.allocate(ElementType.INT32, 1)) {
      Training training = Training.of(AdamSettings.of(0.1), first, second, step, nonFinite);
      RegressionBatch batch = RegressionBatch.of(NetworkInputs.shared(x, rows), targets);
      // Layer by layer; those that fit local memory then find all they need.
      backend.network().regressionStep(new Network(shape, parameters), batch, training);
      reserveScratch(backend, columns);
    }
  }

  private static void report(String where) throws IOException {
    byte[] all = Files.exists(LOG) ? Files.readAllBytes(LOG) : new byte[0];
    if (all.length > seen) {
      int from = (int) seen;
      String news = new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
      System.out.println("report in " + where + ":\n" + news);
      seen = all.length;
    }
  }
}
