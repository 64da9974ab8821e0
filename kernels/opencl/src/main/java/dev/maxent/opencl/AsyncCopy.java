package dev.maxent.opencl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_command_queue;

/**
 * Transfers that do not wait, by calling the loader directly. JOCL hands each such transfer to a
 * thread of a pool that waits for its event, which costs more than the call and ends the process
 * when the event object is used again.
 */
@SuppressWarnings("restricted") // native calls are what this backend is for
final class AsyncCopy {
  private static final SymbolLookup OPENCL =
      SymbolLookup.libraryLookup(Libraries.loader(), Arena.global());
  private static final MethodHandle WRITE = transfer("clEnqueueWriteBuffer");
  private static final MethodHandle READ = transfer("clEnqueueReadBuffer");
  private static final MethodHandle WAIT = find("clWaitForEvents", JAVA_INT, JAVA_LONG);
  private static final MethodHandle RELEASE = find("clReleaseEvent", JAVA_LONG);

  private AsyncCopy() {}

  /** Queue, buffer, blocking, offset, bytes, host address, number and address of events, event. */
  private static MethodHandle transfer(String name) {
    return find(
        name, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG,
        JAVA_LONG);
  }

  private static MethodHandle find(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            OPENCL.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name)),
            FunctionDescriptor.of(JAVA_INT, arguments));
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
      check(
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
      throw failure(thrown);
    }
  }

  /** Waits for the event whose handle is at an address, then releases it. */
  static void await(long event, long handle) {
    try {
      int status = (int) WAIT.invokeExact(1, event);
      int released = (int) RELEASE.invokeExact(handle);
      check(status);
      check(released);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  private static void check(int status) {
    if (status != 0) {
      throw new CLException(CL.stringFor_errorCode(status), status);
    }
  }

  /** The calls declare no checked exception. */
  private static RuntimeException failure(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException failure ? failure : new IllegalStateException(thrown);
  }
}
