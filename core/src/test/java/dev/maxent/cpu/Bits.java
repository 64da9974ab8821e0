package dev.maxent.cpu;

import dev.maxent.Skipped;
import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** The exact results of cases, as checksums that two runs or two JVMs can compare. */
final class Bits {
  private Bits() {}

  /** Opens the cpu backend with these loops and threads, whatever the properties say. */
  static Backend open(String loops, int threads) {
    String loopsBefore = System.getProperty(CpuProvider.LOOPS);
    String threadsBefore = System.getProperty(CpuProvider.THREADS);
    try {
      System.setProperty(CpuProvider.LOOPS, loops);
      System.setProperty(CpuProvider.THREADS, Integer.toString(threads));
      return new CpuProvider().open(CpuProvider.ID);
    } finally {
      set(CpuProvider.LOOPS, loopsBefore);
      set(CpuProvider.THREADS, threadsBefore);
    }
  }

  /** Sets or clears a property. */
  static void set(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  /** The loops that this JVM has: both, or those without the Vector API. */
  static List<String> loops() {
    boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return vector ? List.of("vector", "scalar") : List.of("scalar");
  }

  /** Options of a JVM with the Vector API and more, which it may not know; else not run. */
  static List<String> vectorOptions(String... more) {
    Skipped.unless(loops().contains("vector"), "this JVM has no module jdk.incubator.vector");
    List<String> options = new ArrayList<>();
    options.addAll(
        List.of("--add-modules", "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions"));
    options.addAll(List.of(more));
    return options;
  }

  /** Runs a case once and returns output name to checksum. */
  static Map<String, Long> of(Backend backend, KernelCase kernelCase, Inputs inputs) {
    try (Session session = kernelCase.open(backend, inputs)) {
      session.run();
      Map<String, Long> bits = new LinkedHashMap<>();
      session.outputs().forEach((name, array) -> bits.put(name, checksum(array)));
      return bits;
    }
  }

  private static long checksum(DeviceArray array) {
    byte[] bytes = new byte[Math.toIntExact(array.length() * array.type().bytes())];
    array.download(MemorySegment.ofArray(bytes));
    if (array.type() == ElementType.REAL) {
      // Which NaN it is may depend on the compiler.
      IntBuffer bits = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer();
      for (int i = 0; i < bits.limit(); i++) {
        bits.put(i, Float.floatToIntBits(Float.intBitsToFloat(bits.get(i))));
      }
    }
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }

  /** Prints the bits of all small cases, for a JVM that never compiles, or not to the end. */
  public static void main(String[] args) {
    for (String loops : loops()) {
      try (Backend backend = open(loops, 1)) {
        for (KernelCase kernelCase : SplitCases.small()) {
          Inputs inputs = kernelCase.source().inputs(kernelCase.defaultSeed());
          System.out.println(line(loops, kernelCase, of(backend, kernelCase, inputs)));
        }
      }
    }
  }

  static String line(String loops, KernelCase kernelCase, Map<String, Long> bits) {
    return "bits " + loops + " " + kernelCase.name() + " " + bits;
  }
}
