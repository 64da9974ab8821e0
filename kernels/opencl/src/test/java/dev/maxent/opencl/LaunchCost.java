package dev.maxent.opencl;

import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;

/**
 * Microseconds per small call through the library against a bare JOCL loop that launches the same
 * kernel with the same arguments, in turns in one run; prints medians and their ratio.
 */
final class LaunchCost {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROWS = 8;
  private static final int COLUMNS = 8;
  private static final int BATCH = 100;
  private static final int ROUNDS = 400;

  /** Rounds before HotSpot has settled. */
  private static final int WARM_UP = 200;

  private LaunchCost() {}

  public static void main(String[] args) {
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl");
        DeviceArray q = backend.real(new float[ROWS * COLUMNS]);
        DeviceArray value = backend.allocate(ElementType.REAL, ROWS)) {
      ActionValues rows = ActionValues.of(q, ROWS, COLUMNS);
      Temperature one = Temperature.of(1);
      Runnable library = () -> backend.softValue().logSumExp(rows, one, value);
      library.run();
      Runnable bare = bare(backend.queue(), q, value);
      double[] ours = new double[ROUNDS];
      double[] theirs = new double[ROUNDS];
      double[] ourCpu = new double[ROUNDS];
      double[] theirCpu = new double[ROUNDS];
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        int i = Math.max(0, round);
        microseconds(backend, library, ours, ourCpu, i);
        microseconds(backend, bare, theirs, theirCpu, i);
      }
      double library1 = median(ours);
      double bare1 = median(theirs);
      System.out.printf(
          Locale.ROOT,
          "launch: library %.3f us, bare %.3f us, ratio %.3f; with %.3f and %.3f us of the calling"
              + " thread's own, ratio %.3f; on %s%n",
          library1,
          bare1,
          library1 / bare1,
          median(ourCpu),
          median(theirCpu),
          median(ourCpu) / median(theirCpu),
          backend.info().device());
    }
  }

  /** The arguments in the order of soft_value; bound once, as whoever writes such a loop does. */
  private static Runnable bare(OpenClQueue queue, DeviceArray q, DeviceArray value) {
    RowShape shape = new RowShape(queue.tuning());
    String macros =
        queue.tuning().macros(shape.group(COLUMNS)) + " " + shape.macros(COLUMNS, false);
    cl_kernel kernel =
        CL.clCreateKernel(queue.programs().get(Source.SOFT_VALUE, macros), "soft_value", null);
    DeviceMemory none = queue.nothing();
    int i = 0;
    i = memory(kernel, i, memory(q), none, none, none);
    i = ints(kernel, i, 1, ROWS, COLUMNS, 0);
    float log2e = (float) 1.4426950408889634;
    CL.clSetKernelArg(kernel, i++, 16, Pointer.to(new float[] {1, 0, log2e, 1}));
    i = ints(kernel, i, shape.lanes(COLUMNS), ResultArguments.LOG_SUM_EXP);
    i = memory(kernel, i, memory(value), none, none);
    CL.clSetKernelArg(kernel, i++, 8, Pointer.to(new float[] {0, 0}));
    memory(kernel, i, none, none);
    long[] local = {shape.group(COLUMNS)};
    long[] global = {shape.groups(ROWS, COLUMNS) * local[0]};
    return () ->
        CL.clEnqueueNDRangeKernel(queue.handle(), kernel, 1, null, global, local, 0, null, null);
  }

  private static DeviceMemory memory(DeviceArray array) {
    return ((OpenClArray) array).memory();
  }

  private static int memory(cl_kernel kernel, int from, DeviceMemory... buffers) {
    int i = from;
    for (DeviceMemory buffer : buffers) {
      CL.clSetKernelArg(kernel, i++, Sizeof.cl_mem, buffer.argument());
    }
    return i;
  }

  private static int ints(cl_kernel kernel, int from, int... values) {
    int i = from;
    for (int value : values) {
      CL.clSetKernelArg(kernel, i++, Integer.BYTES, Pointer.to(new int[] {value}));
    }
    return i;
  }

  /** The queue's own threads work beside the caller: the caller's processor time tells more. */
  private static void microseconds(
      OpenClBackend backend, Runnable call, double[] wall, double[] cpu, int round) {
    long start = System.nanoTime();
    long startCpu = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < BATCH; i++) {
      call.run();
    }
    cpu[round] = (THREADS.getCurrentThreadCpuTime() - startCpu) / 1e3 / BATCH;
    backend.finish();
    wall[round] = (System.nanoTime() - start) / 1e3 / BATCH;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
