package dev.maxent.opencl;

import dev.maxent.backend.BackendException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/**
 * A device that was opened: context, in-order queue, programs, kernels. Used under the backend's
 * lock only.
 */
final class OpenClQueue implements AutoCloseable {
  private static final long NOTHING_BYTES = 64;

  private final OpenClDevice device;
  private final Tuning tuning;
  private final cl_context context;
  private final cl_command_queue queue;
  private final Programs programs;
  private final KernelTable kernels = new KernelTable();
  private final List<DeviceMemory> own = new ArrayList<>();
  private final DeviceMemory nothing;
  private final DeviceMemory ticket;
  private long allocated;
  private long launches;

  OpenClQueue(OpenClDevice device, Tuning tuning) {
    this.device = device;
    this.tuning = tuning;
    cl_context newContext = null;
    cl_command_queue newQueue = null;
    try {
      newContext = Contexts.create(device);
      newQueue = queue(newContext, device.handle());
    } catch (CLException error) {
      if (newContext != null) {
        Release.quietly("a context", Contexts::release, newContext);
      }
      throw Failure.of(device.id(), "opening", error);
    }
    context = newContext;
    queue = newQueue;
    programs = new Programs(device, context, BinaryCache.open());
    try {
      nothing = scratch(NOTHING_BYTES);
      ticket = scratch(NOTHING_BYTES);
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  @SuppressWarnings("deprecation") // the OpenCL 1.2 call, which every driver has
  private static cl_command_queue queue(cl_context context, cl_device_id device) {
    return CL.clCreateCommandQueue(context, device, 0, null);
  }

  OpenClDevice device() {
    return device;
  }

  Tuning tuning() {
    return tuning;
  }

  cl_command_queue handle() {
    return queue;
  }

  Programs programs() {
    return programs;
  }

  /** Stands for arrays that a kernel does not look at. */
  DeviceMemory nothing() {
    return nothing;
  }

  /**
   * One int32, 0 between kernels: counts the groups that have read a random state or a step count.
   */
  DeviceMemory ticket() {
    return ticket;
  }

  /** A kernel with macros beyond GROUP, for example {@code -DPER_LANE=4}. */
  KernelCall kernel(Source source, String name, String macros) {
    return kernel(source, name, macros, tuning.group());
  }

  KernelCall kernel(Source source, String name, String macros, int group) {
    KernelCall call = kernels.find(name, macros, group);
    return call == null ? kernels.add(create(source, name, macros, group), macros) : call;
  }

  private KernelCall create(Source source, String name, String macros, int group) {
    String all = (tuning.macros(group) + " " + macros).strip();
    // Before it is built: a compiler may refuse such a group in words of its own.
    KernelCall.checkGroup(device, name, group);
    cl_kernel kernel = null;
    try {
      kernel = CL.clCreateKernel(programs.get(source, all), name, null);
      return new KernelCall(this, kernel, name, group);
    } catch (CLException error) {
      release(kernel);
      throw Failure.of(device.id(), "kernel " + name, error);
    } catch (BackendException refused) {
      release(kernel);
      throw refused;
    }
  }

  private static void release(cl_kernel kernel) {
    if (kernel != null) {
      Release.quietly("a kernel", CL::clReleaseKernel, kernel);
    }
  }

  /** The same scratch, or larger in its place: where that fails, a later call does not get it. */
  DeviceMemory atLeast(DeviceMemory memory, long bytes) {
    if (memory != null && !memory.isReleased() && memory.bytes() >= bytes) {
      return memory;
    }
    if (memory != null) {
      release(memory);
    }
    return scratch(Math.max(bytes, NOTHING_BYTES));
  }

  /** Zeroed memory of the backend's own, released when it closes. */
  DeviceMemory scratch(long bytes) {
    DeviceMemory memory = allocate(bytes, "scratch");
    own.add(memory);
    return memory;
  }

  /** Gives scratch back early, when it must grow. */
  void release(DeviceMemory memory) {
    if (own.remove(memory)) {
      free(memory);
    }
  }

  /**
   * Memory with zeros in its first bytes and guard bytes beyond, at least 64 and up to a multiple
   * of 16.
   */
  DeviceMemory allocate(long bytes, String what) {
    long all = Math.addExact(bytes, 64 + 15) & -16L;
    if (all > device.maxAllocationBytes()) {
      throw new BackendException(
          "allocating %s on %s asks for %d bytes; the largest array it allows has %d"
              .formatted(what, device.id(), bytes, device.maxAllocationBytes()));
    }
    if (all > device.memoryBytes() - allocated) {
      throw new BackendException(
          "allocating %s on %s asks for %d bytes; %d of %d are left"
              .formatted(
                  what,
                  device.id(),
                  bytes,
                  device.memoryBytes() - allocated,
                  device.memoryBytes()));
    }
    cl_mem handle;
    try {
      handle = CL.clCreateBuffer(context, CL.CL_MEM_READ_WRITE, all, null, null);
    } catch (CLException error) {
      throw Failure.of(device.id(), "allocating " + what + ", " + bytes + " bytes,", error);
    }
    DeviceMemory memory = new DeviceMemory(handle, all);
    allocated += all;
    try {
      long words = all / 4;
      kernel(Source.MEMORY, "clear", "")
          .begin()
          .memory(memory)
          .int64(bytes)
          .int64(all)
          .run(groups(words));
    } catch (BackendException failure) {
      free(memory);
      // NVIDIA's driver takes memory only when it is first used.
      throw new BackendException(
          "allocating %s on %s asks for %d bytes; %d of %d are taken here; clearing them failed: %s"
              .formatted(
                  what, device.id(), bytes, allocated, device.memoryBytes(), failure.getMessage()),
          failure);
    } catch (RuntimeException failure) {
      free(memory);
      throw failure;
    }
    return memory;
  }

  /** Enqueues a copy of the first bytes. */
  void copy(DeviceMemory from, DeviceMemory to, long bytes) {
    try {
      CL.clEnqueueCopyBuffer(queue, from.handle(), to.handle(), 0, 0, bytes, 0, null, null);
    } catch (CLException error) {
      throw Failure.of(device.id(), "a copy", error);
    }
  }

  /** A pinned buffer for transfers; the caller maps it. */
  cl_mem pinned(long bytes) {
    return CL.clCreateBuffer(
        context, CL.CL_MEM_READ_WRITE | CL.CL_MEM_ALLOC_HOST_PTR, bytes, null, null);
  }

  void free(DeviceMemory memory) {
    allocated -= memory.bytes();
    memory.release();
  }

  /**
   * Groups for a loop over elements that gives each a stretch: enough to fill the device several
   * times, and no more, since each starts by what all have to do, such as taking a ticket.
   */
  long groups(long elements) {
    long needed = (elements + tuning.group() - 1) / tuning.group();
    return Math.min(needed, (device.isCpu() ? 64L : 16L) * device.computeUnits());
  }

  void launched() {
    launches++;
  }

  /** Bytes of buffers that exist now, those of transfers aside; tests count them. */
  long allocated() {
    return allocated;
  }

  /** Kernels enqueued so far; tests count them. */
  long launches() {
    return launches;
  }

  /** Names of the kernels enqueued so far; tests look for those that never ran. */
  Set<String> launchedKernels() {
    return kernels.launched();
  }

  void finish() {
    try {
      CL.clFinish(queue);
    } catch (CLException error) {
      throw Failure.of(device.id(), "waiting for the queue", error);
    }
  }

  @Override
  public void close() {
    try {
      CL.clFinish(queue);
    } catch (CLException lost) {
      // The device has gone; what is left on the host is released all the same.
    }
    kernels.close();
    List.copyOf(own).forEach(this::release);
    programs.close();
    Release.quietly("a queue", CL::clReleaseCommandQueue, queue);
    Release.quietly("a context", Contexts::release, context);
  }
}
