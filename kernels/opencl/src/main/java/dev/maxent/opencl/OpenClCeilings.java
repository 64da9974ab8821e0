package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.workload.CeilingProbe;
import dev.maxent.workload.Ceilings;
import java.util.Arrays;
import java.util.Optional;

/**
 * Measures what an OpenCL device can do: reading and copying large arrays, fused multiply-adds in
 * registers, and the exponential of the soft-value kernels. Medians of several runs, each of as
 * many launches as take some milliseconds, enqueued together and waited for once: what a launch
 * costs beside its work does not count.
 */
public final class OpenClCeilings implements CeilingProbe {
  private static final long BYTES = 256L << 20;
  private static final int RUNS = 9;
  private static final double RUN_SECONDS = 10e-3;
  private static final int MOST_LAUNCHES = 100;

  /** Of each work-item: eight chains of float4, two operations each. */
  private static final double FLOPS_PER_ROUND = 8 * 4 * 2;

  private static final double EXPS_PER_ROUND = 4;

  /** Enough groups to fill any device several times. */
  private static final int GROUPS_PER_UNIT = 32;

  /** For {@link java.util.ServiceLoader}. */
  public OpenClCeilings() {}

  @Override
  public Optional<Ceilings> measure(Backend backend) {
    if (!(backend instanceof OpenClBackend openCl)) {
      return Optional.empty();
    }
    backend.enter();
    try {
      return Optional.of(measure(openCl.queue()));
    } finally {
      backend.exit();
    }
  }

  private static Ceilings measure(OpenClQueue queue) {
    long bytes = Math.min(BYTES, Long.highestOneBit(queue.device().maxAllocationBytes()) / 2);
    long groups = (long) GROUPS_PER_UNIT * queue.device().computeUnits();
    long items = groups * queue.tuning().group();
    DeviceMemory from = queue.scratch(bytes);
    DeviceMemory to = queue.scratch(bytes);
    DeviceMemory sums = queue.scratch(items * Float.BYTES);
    try {
      KernelCall read = kernel(queue, "read_all").begin().memory(from).int64(bytes / 16);
      double reading = seconds(queue, read.memory(sums), groups);
      KernelCall copy = kernel(queue, "copy_all").begin().memory(from).memory(to);
      double copying = seconds(queue, copy.int64(bytes / 16), groups);
      double flops =
          items * FLOPS_PER_ROUND / perRound(queue, "multiply_add", sums, groups, 0.9990234f);
      double exps = items * EXPS_PER_ROUND / perRound(queue, "exponentials", sums, groups, 1f);
      return new Ceilings(bytes / reading, 2.0 * bytes / copying, flops, exps);
    } finally {
      queue.finish();
      queue.release(from);
      queue.release(to);
      queue.release(sums);
    }
  }

  private static KernelCall kernel(OpenClQueue queue, String name) {
    return queue.kernel(Source.CEILINGS, name, "");
  }

  /** Seconds per round of a kernel in registers, with as many rounds as take some milliseconds. */
  private static double perRound(
      OpenClQueue queue, String name, DeviceMemory sums, long groups, float factor) {
    int rounds = 64;
    while (true) {
      KernelCall call = kernel(queue, name).begin().memory(sums).int32(rounds).float32(factor);
      double seconds = seconds(queue, call, groups);
      if (seconds > 4e-3 || rounds >= 1 << 22) {
        return seconds / rounds;
      }
      rounds *= 4;
    }
  }

  /** Seconds of a launch, whose arguments are bound. */
  private static double seconds(OpenClQueue queue, KernelCall call, long groups) {
    seconds(queue, call, groups, 1);
    double wanted = Math.ceil(RUN_SECONDS / seconds(queue, call, groups, 1));
    int launches = (int) Math.clamp(wanted, 1.0, MOST_LAUNCHES);
    double[] seconds = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      seconds[i] = seconds(queue, call, groups, launches);
    }
    Arrays.sort(seconds);
    return seconds[RUNS / 2];
  }

  private static double seconds(OpenClQueue queue, KernelCall call, long groups, int launches) {
    long start = System.nanoTime();
    for (int i = 0; i < launches; i++) {
      call.run(groups);
    }
    queue.finish();
    return (System.nanoTime() - start) * 1e-9 / launches;
  }
}
