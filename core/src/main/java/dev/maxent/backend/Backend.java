package dev.maxent.backend;

import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.TabularKernels;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One open device with its arrays and kernels.
 *
 * <p>A backend has one in-order queue. Operations return at once where the device allows it; only
 * downloads and {@link #finish()} wait. It is safe to use from several threads: each operation
 * holds the backend's lock while it is checked and enqueued, so operations are ordered and {@link
 * #close()} waits for the one under way. Same backend, device, input and seed give the same bits,
 * whatever the number of threads.
 */
public abstract class Backend implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<DeviceArray> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;
  private long uploads;
  private long uploadedBytes;
  private long downloads;
  private long downloadedBytes;

  /** For subclasses. */
  protected Backend() {}

  /**
   * What this device is.
   *
   * @return id, names and size
   */
  public abstract BackendInfo info();

  /**
   * Soft values, Boltzmann policies, soft Bellman targets.
   *
   * @return the kernels, bound to this backend
   */
  public abstract SoftValueKernels softValue();

  /**
   * Soft value iteration and soft policy evaluation on a table.
   *
   * @return the kernels, bound to this backend
   */
  public abstract TabularKernels tabular();

  /**
   * Random numbers, permutations, gather and scatter.
   *
   * @return the kernels, bound to this backend
   */
  public abstract RandomKernels random();

  /**
   * Stein variational gradient descent.
   *
   * @return the kernels, bound to this backend
   */
  public abstract SteinKernels stein();

  /**
   * Multi-layer perceptrons and their regression.
   *
   * @return the kernels, bound to this backend
   * @throws UnsupportedOperationException if this backend does not have them yet
   */
  public abstract NetworkKernels network();

  /**
   * Allocates an array of zeros.
   *
   * @param type what its elements are
   * @param length number of elements, 0 allowed
   * @return the array; the caller closes it
   * @throws IllegalArgumentException if {@code length} is negative
   * @throws IllegalStateException if this backend is closed
   * @throws BackendException if it does not fit; the message says how many bytes were asked and how
   *     many are there, and the backend stays usable
   */
  public final DeviceArray allocate(ElementType type, long length) {
    Objects.requireNonNull(type, "type");
    if (length < 0) {
      throw new IllegalArgumentException("length = " + length + ": expected 0 or more");
    }
    enter();
    try {
      DeviceArray array = allocateArray(type, length);
      arrays.add(array);
      return array;
    } finally {
      exit();
    }
  }

  /**
   * Allocates a {@link ElementType#REAL} array and uploads to it.
   *
   * @param values the elements
   * @return the array; the caller closes it
   */
  public final DeviceArray real(float... values) {
    DeviceArray array = allocate(ElementType.REAL, values.length);
    array.upload(values);
    return array;
  }

  /**
   * Allocates a {@link ElementType#REAL} array and uploads to it, rounding to the backend's
   * precision.
   *
   * @param values the elements
   * @return the array; the caller closes it
   */
  public final DeviceArray real(double[] values) {
    DeviceArray array = allocate(ElementType.REAL, values.length);
    array.upload(values);
    return array;
  }

  /**
   * Allocates an {@link ElementType#INT32} array and uploads to it.
   *
   * @param values the elements
   * @return the array; the caller closes it
   */
  public final DeviceArray int32(int... values) {
    DeviceArray array = allocate(ElementType.INT32, values.length);
    array.upload(values);
    return array;
  }

  /**
   * Allocates a {@link ElementType#BYTE} array and uploads to it.
   *
   * @param values the elements
   * @return the array; the caller closes it
   */
  public final DeviceArray bytes(byte... values) {
    DeviceArray array = allocate(ElementType.BYTE, values.length);
    array.upload(values);
    return array;
  }

  /**
   * Waits until everything enqueued has run.
   *
   * @throws IllegalStateException if this backend is closed
   */
  public final void finish() {
    enter();
    try {
      awaitQueue();
    } finally {
      exit();
    }
  }

  /**
   * What has crossed between host and device so far.
   *
   * @return a reading of the counters
   */
  public final Transfers transfers() {
    lock.lock();
    try {
      return new Transfers(uploads, uploadedBytes, downloads, downloadedBytes);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes the backend and every array that it still owns. Closing twice does nothing; using it
   * afterwards is an {@link IllegalStateException}.
   */
  @Override
  public final void close() {
    lock.lock();
    try {
      if (!closed) {
        List.copyOf(arrays).forEach(DeviceArray::close);
        closed = true;
        closeDevice();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether {@link #close()} has run.
   *
   * @return true once closed
   */
  public final boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the backend's lock for one operation. Kernel families and arrays call this; users need
   * not. Must be paired with {@link #exit()} in a finally block.
   *
   * @throws IllegalStateException if this backend is closed
   */
  public final void enter() {
    lock.lock();
    if (closed) {
      lock.unlock();
      throw new IllegalStateException("backend " + info().id() + " is closed");
    }
  }

  /** Gives the backend's lock back. */
  public final void exit() {
    lock.unlock();
  }

  /** Takes the lock even when closed, for closing arrays. */
  final void enterForClose() {
    lock.lock();
  }

  /** Forgets an array that is closing; called under the lock. */
  final void forget(DeviceArray array) {
    arrays.remove(array);
  }

  final void countUpload(long bytes) {
    uploads++;
    uploadedBytes += bytes;
  }

  final void countDownload(long bytes) {
    downloads++;
    downloadedBytes += bytes;
  }

  /**
   * Allocates; called under the lock.
   *
   * @param type what the elements are
   * @param length number of elements, not negative
   * @return an array of zeros
   */
  protected abstract DeviceArray allocateArray(ElementType type, long length);

  /** Waits until the queue is empty; called under the lock. */
  protected abstract void awaitQueue();

  /** Releases the device; called once, under the lock, after all arrays were released. */
  protected abstract void closeDevice();
}
