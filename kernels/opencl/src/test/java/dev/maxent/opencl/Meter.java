package dev.maxent.opencl;

import com.sun.management.ThreadMXBean;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.backend.Transfers;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints what calls in steady state allocate, launch and transfer, and whether guards hold. */
final class Meter {
  static final double MOST_BYTES_PER_CALL = 1;

  /** Property: a pattern of cases' names; all where it is missing, and transfers. */
  static final String CASES = "maxent.meter.cases";

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private static final int CALLS = 500;

  /** Rounds after which everything that will be compiled has been compiled. */
  private static final int ROUNDS = 20;

  private static final long FLOATS = 3000;

  private Meter() {}

  public static void main(String[] args) {
    String pattern = System.getProperty(CASES);
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl")) {
      for (KernelCase kernelCase : SplitCases.small()) {
        if (pattern != null && !kernelCase.name().matches(pattern)) {
          continue;
        }
        try (Session session =
            kernelCase.open(backend, kernelCase.source().inputs(kernelCase.defaultSeed()))) {
          Transfers before = backend.transfers();
          double bytes = steadyBytesPerCall(backend, session::run);
          long launches = backend.queue().launches();
          session.run();
          launches = backend.queue().launches() - launches;
          boolean moved = !backend.transfers().equals(before);
          print(kernelCase.name(), bytes, launches, moved, guarded(session));
        }
      }
      if (pattern == null) {
        transfers(backend);
      }
    }
  }

  private static boolean guarded(Session session) {
    return Stream.of(session.outputs(), session.uploadedInputs())
        .flatMap(arrays -> arrays.values().stream())
        .allMatch(DeviceArray::isGuardIntact);
  }

  private static void transfers(OpenClBackend backend) {
    try (Arena arena = Arena.ofConfined();
        DeviceArray array = backend.allocate(ElementType.REAL, FLOATS)) {
      MemorySegment host = arena.allocate(FLOATS * Float.BYTES);
      double up = steadyBytesPerCall(backend, () -> array.upload(host));
      print("upload", up, 0, false, array.isGuardIntact());
      double down = steadyBytesPerCall(backend, () -> array.download(host));
      print("download", down, 0, false, array.isGuardIntact());
    }
  }

  private static void print(
      String name, double bytes, long launches, boolean moved, boolean guarded) {
    System.out.printf(
        Locale.ROOT, "steady %s %.3f %d %b %b%n", name, bytes, launches, moved, guarded);
  }

  private static double steadyBytesPerCall(OpenClBackend backend, Runnable call) {
    double bytes = bytesPerCall(backend, call);
    for (int round = 1; round < ROUNDS && bytes >= MOST_BYTES_PER_CALL; round++) {
      bytes = bytesPerCall(backend, call);
    }
    return bytes;
  }

  private static double bytesPerCall(OpenClBackend backend, Runnable call) {
    long thread = Thread.currentThread().threadId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    long after = THREADS.getThreadAllocatedBytes(thread);
    backend.finish();
    return (after - before) / (double) CALLS;
  }
}
