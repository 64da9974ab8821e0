package dev.maxent.backend;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.FloatBuffer;
import java.util.Locale;

class BackendTest {
  private static final Transfers NOTHING = new Transfers(0, 0, 0, 0);

  @OnTestedBackends
  void describesItself(String id) {
    try (Backend backend = Backends.open(id)) {
      BackendInfo info = backend.info();
      assertEquals(id, info.id());
      assertFalse(info.device().isBlank());
      assertFalse(info.driver().isBlank());
      assertTrue(info.computeUnits() >= 1);
      assertTrue(info.maxAllocationBytes() > 0);
      assertTrue(info.memoryBytes() >= info.maxAllocationBytes());
      backend.finish();
    }
  }

  @OnTestedBackends
  void countsTransfers(String id) {
    try (Backend backend = Backends.open(id)) {
      assertEquals(NOTHING, backend.transfers());
      DeviceArray real = backend.allocate(ElementType.REAL, 10);
      assertEquals(NOTHING, backend.transfers());
      real.upload(new float[10]);
      real.upload(new double[10]);
      real.upload(FloatBuffer.allocate(10));
      real.upload(MemorySegment.ofArray(new float[10]));
      assertEquals(new Transfers(4, 160, 0, 0), backend.transfers());
      Transfers before = backend.transfers();
      real.toFloats();
      real.toDoubles();
      real.download(FloatBuffer.allocate(10));
      backend.bytes(new byte[3]).toBytes();
      assertEquals(new Transfers(1, 3, 4, 123), backend.transfers().since(before));
      before = backend.transfers();
      assertThrows(IllegalArgumentException.class, () -> real.upload(new float[9]));
      assertThrows(IllegalArgumentException.class, real::toInts);
      real.isGuardIntact();
      backend.finish();
      real.close();
      assertThrows(IllegalStateException.class, real::toFloats);
      assertEquals(NOTHING, backend.transfers().since(before));
    }
  }

  @OnTestedBackends
  void operationsMoveNothingBetweenHostAndDevice(String id) {
    try (Backend backend = Backends.open(id)) {
      for (KernelCase kernelCase : KernelCases.of(KernelCase.Purpose.DOCTOR)) {
        try (Session session = kernelCase.open(backend, kernelCase.source().inputs(1))) {
          Transfers before = backend.transfers();
          session.run();
          session.run();
          assertEquals(NOTHING, backend.transfers().since(before), kernelCase.name());
        }
      }
    }
  }

  @OnTestedBackends
  void refusesWhatDoesNotFitAndStaysUsable(String id) {
    try (Backend backend = Backends.open(id)) {
      for (ElementType type : ElementType.values()) {
        long bytes = type == ElementType.REAL && id.equals("reference") ? 8 : type.bytes();
        long tooMany = 4 * backend.info().memoryBytes() / bytes;
        for (long length : new long[] {tooMany, 1L << 60, Long.MAX_VALUE - 64, Long.MAX_VALUE}) {
          String message =
              assertRefused(
                  BackendException.class,
                  () -> backend.allocate(type, length),
                  type + "[" + length + "]",
                  id,
                  Long.toString(backend.info().maxAllocationBytes()));
          assertTrue(saysBytes(message, length, bytes), message);
        }
      }
      DeviceArray value = backend.allocate(ElementType.REAL, 1);
      ActionValues q = ActionValues.of(backend.real(0, 0), 1, 2);
      backend.softValue().logSumExp(q, Temperature.of(1), value);
      assertArrayEquals(new float[] {(float) Math.log(2)}, value.toFloats());
    }
  }

  /** Exactly, to four digits, or that no number of 64 bits holds it. */
  private static boolean saysBytes(String message, long length, long bytes) {
    BigInteger asked = BigInteger.valueOf(length).multiply(BigInteger.valueOf(bytes));
    return message.contains(" " + asked + " bytes")
        || message.contains(String.format(Locale.ROOT, " %.3e bytes", asked.doubleValue()))
        // Guard bytes count too.
        || (asked.add(BigInteger.valueOf(128)).bitLength() > 63
            && message.contains(" more than 2^63 bytes"));
  }

  @OnTestedBackends
  void opensSeveralAtOnce(String id) {
    try (Backend first = Backends.open(id)) {
      DeviceArray array = first.real(1, 2);
      try (Backend second = Backends.open(id)) {
        assertArrayEquals(new float[] {3}, second.real(3f).toFloats());
      }
      assertArrayEquals(new float[] {1, 2}, array.toFloats());
    }
  }
}
