package dev.maxent.opencl;

import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;

/**
 * Calls, then opens and closes, many times, and prints resident memory on the way; and the same for
 * a bare loop of contexts and queues through JOCL, since drivers have leaks of their own.
 *
 * <p>By hand: {@code java -Dmaxent.soak.calls=100000 -Dmaxent.soak.pairs=10000 -cp …}.
 */
final class Soak {
  static final String CALLS = "maxent.soak.calls";
  static final String PAIRS = "maxent.soak.pairs";
  private static final int READINGS = 10;

  private Soak() {}

  private interface Step {
    void run(int i);
  }

  public static void main(String[] args) throws IOException {
    int pairs = Integer.getInteger(PAIRS);
    OpenClDevice device;
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl");
        DeviceArray q = backend.real(new float[64 * 16]);
        DeviceArray value = backend.allocate(ElementType.REAL, 64)) {
      device = backend.queue().device();
      ActionValues rows = ActionValues.of(q, 64, 16);
      Temperature one = Temperature.of(1);
      loop(
          "calls",
          Integer.getInteger(CALLS),
          i -> {
            backend.softValue().logSumExp(rows, one, value);
            if (i % 100 == 0) {
              value.toFloats();
            }
          });
    }
    loop("bare", pairs, i -> bare(device));
    loop("pairs", pairs, i -> openAndClose());
  }

  private static void loop(String name, int times, Step step) throws IOException {
    for (int i = 0; i < times; i++) {
      if (i % (times / READINGS) == 0) {
        System.out.printf(Locale.ROOT, "%s %d %d KiB%n", name, i, residentKibibytes());
      }
      step.run(i);
    }
    System.out.printf(Locale.ROOT, "%s %d %d KiB%n", name, times, residentKibibytes());
  }

  private static void openAndClose() {
    cl_context context;
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl");
        DeviceArray q = backend.real(1, 2);
        DeviceArray value = backend.allocate(ElementType.REAL, 1)) {
      backend.softValue().logSumExp(ActionValues.of(q, 1, 2), Temperature.of(1), value);
      value.toFloats();
      context = contextOf(backend.queue().handle());
      CL.clRetainContext(context);
    }
    // Queues, buffers, programs, kernels and events each hold a reference to their context; PoCL's
    // own thread may let go of the last event a moment after the queue has finished.
    long patience = System.nanoTime() + 2_000_000_000L;
    while (references(context) != 1) {
      if (System.nanoTime() > patience) {
        throw new IllegalStateException(references(context) - 1 + " objects were not released");
      }
      Thread.onSpinWait();
    }
    Contexts.release(context);
  }

  private static cl_context contextOf(cl_command_queue queue) {
    cl_context context = new cl_context();
    CL.clGetCommandQueueInfo(
        queue, CL.CL_QUEUE_CONTEXT, Sizeof.cl_context, Pointer.to(context), null);
    return context;
  }

  private static int references(cl_context context) {
    int[] count = new int[1];
    CL.clGetContextInfo(
        context, CL.CL_CONTEXT_REFERENCE_COUNT, Integer.BYTES, Pointer.to(count), null);
    return count[0];
  }

  @SuppressWarnings("deprecation") // the OpenCL 1.2 call, as in OpenClQueue
  private static void bare(OpenClDevice device) {
    cl_context context = Contexts.create(device);
    cl_command_queue queue = CL.clCreateCommandQueue(context, device.handle(), 0, null);
    CL.clFinish(queue);
    CL.clReleaseCommandQueue(queue);
    Contexts.release(context);
  }

  private static long residentKibibytes() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IllegalStateException("no VmRSS in /proc/self/status");
  }
}
