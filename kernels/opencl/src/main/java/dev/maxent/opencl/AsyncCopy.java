package dev.maxent.opencl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;

/**
 * Transfers that do not wait, and the end of a mapping, by calling the loader directly. JOCL hands
 * each of these to a thread of a pool that waits for its event: that costs more than the call, ends
 * the process when the event object is used again, and may still run when the queue is released.
 */
final class AsyncCopy {
  private static final MethodHandle WRITE = transfer("clEnqueueWriteBuffer");
  private static final MethodHandle READ = transfer("clEnqueueReadBuffer");
  private static final MethodHandle UNMAP =
      Loader.find(
          "clEnqueueUnmapMemObject",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle WAIT = Loader.find("clWaitForEvents", JAVA_INT, JAVA_LONG);
  private static final MethodHandle RELEASE = Loader.find("clReleaseEvent", JAVA_LONG);

  private AsyncCopy() {}

  /** Queue, buffer, blocking, offset, bytes, host address, number and address of events, event. */
  private static MethodHandle transfer(String name) {
    return Loader.find(
        name, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG,
        JAVA_LONG);
  }

  /** Enqueues host to device; the event's handle goes to an address. */
  static void write(
      cl_command_queue queue, DeviceMemory to, long at, long bytes, long host, long event) {
    enqueue(WRITE, queue, to, at, bytes, host, event);
  }

  /** Enqueues device to host. */
  static void read(
      cl_command_queue queue, DeviceMemory from, long at, long bytes, long host, long event) {
    enqueue(READ, queue, from, at, bytes, host, event);
  }

  private static void enqueue(
      MethodHandle transfer,
      cl_command_queue queue,
      DeviceMemory memory,
      long at,
      long bytes,
      long host,
      long event) {
    try {
      Loader.check(
          (int)
              transfer.invokeExact(
                  queue.getNativePointer(),
                  memory.handle().getNativePointer(),
                  0,
                  at,
                  bytes,
                  host,
                  0,
                  0L,
                  event));
    } catch (Throwable thrown) {
      throw Loader.failure(thrown);
    }
  }

  /** Enqueues the end of a mapping. */
  static void unmap(cl_command_queue queue, cl_mem memory, long host) {
    try {
      Loader.check(
          (int)
              UNMAP.invokeExact(
                  queue.getNativePointer(), memory.getNativePointer(), host, 0, 0L, 0L));
    } catch (Throwable thrown) {
      throw Loader.failure(thrown);
    }
  }

  /** Waits for the event whose handle is at an address, then releases it. */
  static void await(long event, long handle) {
    try {
      int status = (int) WAIT.invokeExact(1, event);
      int released = (int) RELEASE.invokeExact(handle);
      Loader.check(status);
      Loader.check(released);
    } catch (Throwable thrown) {
      throw Loader.failure(thrown);
    }
  }
}
