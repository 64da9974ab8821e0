package dev.maxent.backend;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;

/**
 * A flat array in a backend's memory. It belongs to the backend that allocated it, has a 64-bit
 * length, and no two arrays share memory. Matrices are row-major.
 *
 * <p>Uploads and downloads are checked, counted (see {@link Backend#transfers()}) and ordered with
 * the operations of the backend; a download waits for them. Reals cross as float32 or, through
 * {@code double[]}, in the backend's own precision.
 */
public abstract class DeviceArray implements AutoCloseable {
  private final Backend backend;
  private final ElementType type;
  private final long length;
  private volatile boolean closed;

  /**
   * For subclasses.
   *
   * @param backend the owner
   * @param type what the elements are
   * @param length number of elements
   */
  protected DeviceArray(Backend backend, ElementType type, long length) {
    this.backend = backend;
    this.type = type;
    this.length = length;
  }

  /**
   * The owner.
   *
   * @return the backend that allocated this array
   */
  public final Backend backend() {
    return backend;
  }

  /**
   * What the elements are.
   *
   * @return the element type
   */
  public final ElementType type() {
    return type;
  }

  /**
   * Number of elements.
   *
   * @return the length, 0 or more
   */
  public final long length() {
    return length;
  }

  /**
   * Whether {@link #close()} has run, here or through the backend.
   *
   * @return true once closed
   */
  public final boolean isClosed() {
    return closed;
  }

  /**
   * Uploads all elements of a REAL array.
   *
   * @param source exactly {@link #length()} values
   */
  public final void upload(float[] source) {
    upload(ElementType.REAL, MemorySegment.ofArray(source), "float[]");
  }

  /**
   * Uploads all elements of a REAL array, each rounded once to the backend's precision.
   *
   * @param source exactly {@link #length()} values
   */
  public final void upload(double[] source) {
    HostTransfer.check(this, ElementType.REAL, source.length, "double[]");
    backend.enter();
    try {
      checkOpen();
      writeDoubles(source);
      backend.countUpload(length * ElementType.REAL.bytes());
    } finally {
      backend.exit();
    }
  }

  /**
   * Uploads all elements of an INT32 array.
   *
   * @param source exactly {@link #length()} values
   */
  public final void upload(int[] source) {
    upload(ElementType.INT32, MemorySegment.ofArray(source), "int[]");
  }

  /**
   * Uploads all elements of a BYTE array.
   *
   * @param source exactly {@link #length()} values
   */
  public final void upload(byte[] source) {
    upload(ElementType.BYTE, MemorySegment.ofArray(source), "byte[]");
  }

  /**
   * Uploads the remaining elements of a buffer to a REAL array; the buffer's position stays.
   *
   * @param source exactly {@link #length()} values remaining, in native byte order
   */
  public final void upload(FloatBuffer source) {
    upload(ElementType.REAL, HostTransfer.nativeOrder(source), "FloatBuffer");
  }

  /**
   * Uploads from a segment in native byte order: float32, int32 or bytes by {@link #type()}. No
   * object is allocated.
   *
   * @param source exactly {@code length() * type().bytes()} bytes
   */
  public final void upload(MemorySegment source) {
    upload(type, source, "MemorySegment");
  }

  /**
   * Downloads all elements of a REAL array as float32; waits for the operations before it.
   *
   * @param target exactly {@link #length()} values
   */
  public final void download(float[] target) {
    download(ElementType.REAL, MemorySegment.ofArray(target), "float[]");
  }

  /**
   * Downloads all elements of a REAL array in the backend's own precision; waits for the operations
   * before it.
   *
   * @param target exactly {@link #length()} values
   */
  public final void download(double[] target) {
    HostTransfer.check(this, ElementType.REAL, target.length, "double[]");
    backend.enter();
    try {
      checkOpen();
      readDoubles(target);
      backend.countDownload(length * ElementType.REAL.bytes());
    } finally {
      backend.exit();
    }
  }

  /**
   * Downloads all elements of an INT32 array; waits for the operations before it.
   *
   * @param target exactly {@link #length()} values
   */
  public final void download(int[] target) {
    download(ElementType.INT32, MemorySegment.ofArray(target), "int[]");
  }

  /**
   * Downloads all elements of a BYTE array; waits for the operations before it.
   *
   * @param target exactly {@link #length()} values
   */
  public final void download(byte[] target) {
    download(ElementType.BYTE, MemorySegment.ofArray(target), "byte[]");
  }

  /**
   * Downloads a REAL array to the remaining elements of a buffer; the buffer's position stays.
   *
   * @param target exactly {@link #length()} values remaining, in native byte order
   */
  public final void download(FloatBuffer target) {
    download(ElementType.REAL, HostTransfer.nativeOrder(target), "FloatBuffer");
  }

  /**
   * Downloads to a segment in native byte order: float32, int32 or bytes by {@link #type()}. No
   * object is allocated.
   *
   * @param target exactly {@code length() * type().bytes()} bytes
   */
  public final void download(MemorySegment target) {
    download(type, target, "MemorySegment");
  }

  /**
   * Downloads all elements of a REAL array.
   *
   * @return a new array of float32 values
   */
  public final float[] toFloats() {
    float[] values = new float[HostTransfer.hostLength(this)];
    download(values);
    return values;
  }

  /**
   * Downloads all elements of a REAL array in the backend's own precision.
   *
   * @return a new array
   */
  public final double[] toDoubles() {
    double[] values = new double[HostTransfer.hostLength(this)];
    download(values);
    return values;
  }

  /**
   * Downloads all elements of an INT32 array.
   *
   * @return a new array
   */
  public final int[] toInts() {
    int[] values = new int[HostTransfer.hostLength(this)];
    download(values);
    return values;
  }

  /**
   * Downloads all elements of a BYTE array.
   *
   * @return a new array
   */
  public final byte[] toBytes() {
    byte[] values = new byte[HostTransfer.hostLength(this)];
    download(values);
    return values;
  }

  /**
   * Frees the memory once the operations before it have run. Closing twice does nothing; using the
   * array afterwards is an {@link IllegalStateException}.
   */
  @Override
  public final void close() {
    backend.enterForClose();
    try {
      if (!closed) {
        closed = true;
        backend.forget(this);
        release();
      }
    } finally {
      backend.exit();
    }
  }

  /**
   * Whether the guard bytes behind the last element are as they were when the array was allocated:
   * a kernel that writes beyond its output changes them. For tests and {@code doctor}.
   *
   * @return false if something wrote past the end
   */
  public final boolean isGuardIntact() {
    backend.enter();
    try {
      checkOpen();
      return readGuard();
    } finally {
      backend.exit();
    }
  }

  /**
   * For example {@code REAL[4096] of cpu}.
   *
   * @return type, length and owner
   */
  @Override
  public final String toString() {
    return type + "[" + length + "] of " + backend.info().id() + (isClosed() ? ", closed" : "");
  }

  private void upload(ElementType expected, MemorySegment source, String what) {
    HostTransfer.checkBytes(this, expected, source.byteSize(), what);
    backend.enter();
    try {
      checkOpen();
      write(source);
      backend.countUpload(source.byteSize());
    } finally {
      backend.exit();
    }
  }

  private void download(ElementType expected, MemorySegment target, String what) {
    HostTransfer.checkBytes(this, expected, target.byteSize(), what);
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("target is read-only: expected a writable " + what);
    }
    backend.enter();
    try {
      checkOpen();
      read(target);
      backend.countDownload(target.byteSize());
    } finally {
      backend.exit();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("array is closed: " + this);
    }
  }

  /**
   * Copies all elements in; called under the lock with a checked size.
   *
   * @param source float32, int32 or bytes, in native order
   */
  protected abstract void write(MemorySegment source);

  /**
   * Waits, then copies all elements out; called under the lock with a checked size.
   *
   * @param target float32, int32 or bytes, in native order
   */
  protected abstract void read(MemorySegment target);

  /**
   * Copies reals in, rounding once to the backend's precision; called under the lock. Backends of
   * higher precision than float32 override it.
   *
   * @param source exactly {@link #length()} values
   */
  protected void writeDoubles(double[] source) {
    float[] rounded = new float[source.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) source[i];
    }
    write(MemorySegment.ofArray(rounded));
  }

  /**
   * Waits, then copies reals out; called under the lock. Backends of higher precision than float32
   * override it.
   *
   * @param target exactly {@link #length()} values
   */
  protected void readDoubles(double[] target) {
    float[] values = new float[target.length];
    read(MemorySegment.ofArray(values));
    for (int i = 0; i < values.length; i++) {
      target[i] = values[i];
    }
  }

  /**
   * Waits, then reads the guard bytes; called under the lock.
   *
   * @return whether they are as they were
   */
  protected abstract boolean readGuard();

  /** Frees the memory; called once, under the lock. */
  protected abstract void release();
}
