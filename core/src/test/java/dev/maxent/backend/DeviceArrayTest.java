package dev.maxent.backend;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

class DeviceArrayTest {
  private static final float[] FLOATS = {
    1.5f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE
  };
  private static final int[] INTS = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
  private static final byte[] BYTES = {0, 1, -1, Byte.MIN_VALUE, 7, 9, 11};

  @OnTestedBackends
  void arrayStartsWithZeros(String id) {
    try (Backend backend = Backends.open(id)) {
      assertArrayEquals(new float[9], backend.allocate(ElementType.REAL, 9).toFloats());
      assertArrayEquals(new int[9], backend.allocate(ElementType.INT32, 9).toInts());
      assertArrayEquals(new byte[9], backend.allocate(ElementType.BYTE, 9).toBytes());
    }
  }

  @OnTestedBackends
  void arraysGoThereAndBack(String id) {
    try (Backend backend = Backends.open(id)) {
      assertArrayEquals(FLOATS, backend.real(FLOATS).toFloats());
      assertArrayEquals(INTS, backend.int32(INTS).toInts());
      assertArrayEquals(BYTES, backend.bytes(BYTES).toBytes());
    }
  }

  @OnTestedBackends
  void doublesAreRoundedOnceToThePrecisionOfTheBackend(String id) {
    double[] values = {1.0 / 3, Math.PI, 1e-50, 1e300, Double.NaN};
    try (Backend backend = Backends.open(id)) {
      DeviceArray array = backend.real(values);
      double[] expected = values.clone();
      if (!id.equals("reference")) {
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (float) values[i];
        }
      }
      assertArrayEquals(expected, array.toDoubles());
      assertEquals((float) (1.0 / 3), array.toFloats()[0]);
    }
  }

  @OnTestedBackends
  void floatBuffersGoThereAndBackFromTheirPosition(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray array = backend.allocate(ElementType.REAL, 3);
      FloatBuffer heap = FloatBuffer.wrap(new float[] {9, 1, 2, 3, 9}, 1, 3);
      array.upload(heap);
      assertEquals(1, heap.position());
      FloatBuffer direct =
          ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder()).asFloatBuffer();
      direct.position(1).limit(4);
      array.download(direct);
      assertEquals(1, direct.position());
      direct.clear();
      float[] values = new float[5];
      direct.get(values);
      assertArrayEquals(new float[] {0, 1, 2, 3, 0}, values);
    }
  }

  @OnTestedBackends
  void segmentsOfEveryTypeGoThereAndBack(String id) {
    try (Backend backend = Backends.open(id);
        Arena arena = Arena.ofConfined()) {
      for (ElementType type : ElementType.values()) {
        DeviceArray array = backend.allocate(type, 5);
        // One byte off, so that nothing is aligned.
        MemorySegment source = arena.allocate(5L * type.bytes() + 1).asSlice(1);
        for (int i = 0; i < 5; i++) {
          switch (type) {
            case REAL -> source.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, i - 1.5f);
            case INT32 -> source.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, i - 2);
            case BYTE -> source.set(ValueLayout.JAVA_BYTE, i, (byte) (i - 2));
          }
        }
        array.upload(source.asReadOnly());
        MemorySegment target = arena.allocate(5L * type.bytes() + 1).asSlice(1);
        array.download(target);
        assertEquals(-1, source.mismatch(target), type::toString);
        byte[] heap = new byte[5 * type.bytes()];
        array.download(MemorySegment.ofArray(heap));
        assertEquals(-1, source.mismatch(MemorySegment.ofArray(heap)), type::toString);
      }
    }
  }

  @OnTestedBackends
  void emptyArraysWork(String id) {
    try (Backend backend = Backends.open(id)) {
      assertEquals(0, backend.real(new float[0]).toFloats().length);
      assertEquals(0, backend.real(new double[0]).toDoubles().length);
      assertEquals(0, backend.int32().toInts().length);
      DeviceArray none = backend.bytes();
      assertEquals(0, none.toBytes().length);
      none.upload(MemorySegment.NULL);
      none.download(MemorySegment.ofArray(new byte[0]));
      assertTrue(none.isGuardIntact());
      none.close();
    }
  }

  @OnTestedBackends
  void refusesWrongType(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray real = backend.real(1, 2, 3);
      String is = "REAL[3] of " + id;
      Class<IllegalArgumentException> type = IllegalArgumentException.class;
      assertRefused(type, () -> real.upload(new int[3]), is, "expected type INT32", "int[]");
      assertRefused(type, () -> real.upload(new byte[3]), is, "expected type BYTE", "byte[]");
      assertRefused(type, () -> real.download(new int[3]), is, "expected type INT32");
      assertRefused(type, () -> real.download(new byte[3]), is, "expected type BYTE");
      assertRefused(type, real::toInts, is, "expected type INT32");
      DeviceArray ints = backend.int32(1, 2, 3);
      is = "INT32[3] of " + id;
      assertRefused(type, () -> ints.upload(new float[3]), is, "expected type REAL");
      assertRefused(type, () -> ints.upload(new double[3]), is, "expected type REAL");
      assertRefused(type, () -> ints.upload(FloatBuffer.allocate(3)), is, "expected type REAL");
      assertRefused(type, () -> ints.download(new float[3]), is, "expected type REAL");
      assertRefused(type, () -> ints.download(new double[3]), is, "expected type REAL");
      assertRefused(type, () -> ints.download(FloatBuffer.allocate(3)), is, "expected type REAL");
      assertArrayEquals(new float[] {1, 2, 3}, real.toFloats());
      assertArrayEquals(new int[] {1, 2, 3}, ints.toInts());
    }
  }

  @OnTestedBackends
  void refusesWrongLength(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray real = backend.real(1, 2, 3);
      String is = "REAL[3] of " + id;
      Class<IllegalArgumentException> type = IllegalArgumentException.class;
      assertRefused(type, () -> real.upload(new float[2]), "float[] of 2", "expected 3", is);
      assertRefused(type, () -> real.upload(new double[4]), "double[] of 4", "expected 3", is);
      assertRefused(
          type, () -> real.upload(FloatBuffer.allocate(4)), "FloatBuffer of 4", "expected 3", is);
      assertRefused(type, () -> real.download(new float[0]), "float[] of 0", "expected 3", is);
      assertRefused(type, () -> real.download(new double[4]), "double[] of 4", "expected 3", is);
      assertRefused(
          type,
          () -> real.upload(MemorySegment.ofArray(new float[4])),
          "MemorySegment of 4",
          "expected 3",
          is);
      assertRefused(
          type,
          () -> real.download(MemorySegment.ofArray(new byte[13])),
          "13 bytes",
          "expected 12 bytes",
          is);
      DeviceArray bytes = backend.bytes(BYTES);
      assertRefused(
          type, () -> bytes.upload(new byte[6]), "byte[] of 6", "expected 7", "BYTE[7] of " + id);
      assertArrayEquals(new float[] {1, 2, 3}, real.toFloats());
    }
  }

  @OnTestedBackends
  void refusesReadOnlyTarget(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray array = backend.real(1, 2);
      Class<IllegalArgumentException> type = IllegalArgumentException.class;
      MemorySegment segment = MemorySegment.ofArray(new float[2]).asReadOnly();
      assertRefused(type, () -> array.download(segment), "read-only", "expected a writable");
      FloatBuffer buffer = FloatBuffer.allocate(2).asReadOnlyBuffer();
      assertRefused(type, () -> array.download(buffer), "read-only", "writable FloatBuffer");
      array.upload(segment);
      array.upload(buffer);
    }
  }

  @OnTestedBackends
  void refusesForeignByteOrder(String id) {
    ByteOrder foreign =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            ? ByteOrder.BIG_ENDIAN
            : ByteOrder.LITTLE_ENDIAN;
    try (Backend backend = Backends.open(id)) {
      DeviceArray array = backend.real(1, 2);
      FloatBuffer buffer = ByteBuffer.allocateDirect(8).order(foreign).asFloatBuffer();
      String expected = "expected " + ByteOrder.nativeOrder();
      Class<IllegalArgumentException> type = IllegalArgumentException.class;
      assertRefused(type, () -> array.upload(buffer), "FloatBuffer", foreign.toString(), expected);
      assertRefused(
          type, () -> array.download(buffer), "FloatBuffer", foreign.toString(), expected);
    }
  }

  @OnTestedBackends
  void refusesNegativeLengthAndNull(String id) {
    try (Backend backend = Backends.open(id)) {
      assertRefused(
          IllegalArgumentException.class,
          () -> backend.allocate(ElementType.REAL, -1),
          "length = -1",
          "expected 0 or more");
      assertRefused(NullPointerException.class, () -> backend.allocate(null, 1), "type");
      DeviceArray array = backend.real(1);
      assertRefused(NullPointerException.class, () -> array.upload((FloatBuffer) null), "buffer");
    }
  }

  @OnTestedBackends
  void refusesUseAfterClose(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray real = backend.real(1, 2);
      DeviceArray ints = backend.int32(1);
      DeviceArray bytes = backend.bytes((byte) 1);
      assertFalse(real.isClosed());
      real.close();
      ints.close();
      bytes.close();
      assertTrue(real.isClosed());
      Class<IllegalStateException> type = IllegalStateException.class;
      String is = "REAL[2] of " + id + ", closed";
      assertRefused(type, () -> real.upload(new float[2]), "array is closed", is);
      assertRefused(type, () -> real.upload(new double[2]), is);
      assertRefused(type, () -> real.upload(FloatBuffer.allocate(2)), is);
      assertRefused(type, () -> real.upload(MemorySegment.ofArray(new float[2])), is);
      assertRefused(type, () -> real.download(new float[2]), is);
      assertRefused(type, () -> real.download(new double[2]), is);
      assertRefused(type, () -> real.download(FloatBuffer.allocate(2)), is);
      assertRefused(type, () -> real.download(MemorySegment.ofArray(new float[2])), is);
      assertRefused(type, real::toFloats, is);
      assertRefused(type, real::toDoubles, is);
      assertRefused(type, real::isGuardIntact, is);
      assertRefused(type, ints::toInts, "INT32[1] of " + id + ", closed");
      assertRefused(type, bytes::toBytes, "BYTE[1] of " + id + ", closed");
      assertEquals(2, real.length());
      assertEquals(ElementType.REAL, real.type());
      assertEquals(backend, real.backend());
    }
  }

  @OnTestedBackends
  void closingTwiceDoesNothing(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray array = backend.real(1);
      array.close();
      array.close();
      assertEquals("REAL[1] of " + id + ", closed", array.toString());
    }
  }

  @OnTestedBackends
  void closingTheBackendClosesItsArrays(String id) {
    Backend backend = Backends.open(id);
    DeviceArray array = backend.real(1);
    assertFalse(backend.isClosed());
    backend.close();
    backend.close();
    assertTrue(backend.isClosed());
    assertTrue(array.isClosed());
    array.close();
    Class<IllegalStateException> type = IllegalStateException.class;
    String is = "backend " + id + " is closed";
    assertRefused(type, () -> array.upload(new float[1]), is);
    assertRefused(type, array::toFloats, is);
    assertRefused(type, backend::finish, is);
    assertRefused(type, () -> backend.allocate(ElementType.REAL, 1), is);
    assertRefused(type, () -> backend.real(1f), is);
    assertEquals(id, backend.info().id());
    assertEquals(4, backend.transfers().uploadedBytes());
  }

  @OnTestedBackends
  void saysWhatItIs(String id) {
    try (Backend backend = Backends.open(id)) {
      assertEquals("REAL[0] of " + id, backend.real(new float[0]).toString());
      assertEquals("BYTE[2] of " + id, backend.bytes(new byte[2]).toString());
    }
  }
}
