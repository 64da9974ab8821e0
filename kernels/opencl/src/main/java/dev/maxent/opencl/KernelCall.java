package dev.maxent.opencl;

import dev.maxent.backend.BackendException;
import dev.maxent.backend.DeviceArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;

/**
 * One kernel object of one queue with its bound arguments. A caller names all arguments in order;
 * only those that changed are set. Allocates nothing after its first call.
 */
final class KernelCall implements AutoCloseable {
  private static final int MOST_ARGUMENTS = 40;
  private static final String GROUPS = "work-items per group";
  private static final String LOCAL = "bytes of local memory";

  private final OpenClQueue queue;
  private final String name;
  private final cl_kernel kernel;
  private final ByteBuffer scalar = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
  private final Pointer scalarPointer = Pointer.to(scalar);
  private final DeviceMemory[] memory = new DeviceMemory[MOST_ARGUMENTS];
  private final long[] low = new long[MOST_ARGUMENTS];
  private final long[] high = new long[MOST_ARGUMENTS];
  private final boolean[] bound = new boolean[MOST_ARGUMENTS];
  private final long[] global = new long[1];
  private final long[] local = new long[1];
  private int next;
  private long launches;

  /** Checks the kernel against what every device must allow, see {@link Tuning}. */
  KernelCall(OpenClQueue queue, cl_kernel kernel, String name, int group) {
    this.queue = queue;
    this.kernel = kernel;
    this.name = name;
    local[0] = group;
    OpenClDevice device = queue.device();
    long most = Query.kernelNumber(kernel, device.handle(), CL.CL_KERNEL_WORK_GROUP_SIZE);
    check(device, name, GROUPS, group, most);
    long bytes = Query.kernelNumber(kernel, device.handle(), CL.CL_KERNEL_LOCAL_MEM_SIZE);
    check(device, name, LOCAL, bytes, Math.min(Tuning.MOST_LOCAL, device.localBytes()));
  }

  /** A group that no device must be asked for, or this one does not allow. */
  static void checkGroup(OpenClDevice device, String name, int group) {
    check(device, name, GROUPS, group, Math.min(Tuning.MOST_GROUP, device.maxGroup()));
  }

  private static void check(OpenClDevice device, String name, String what, long wanted, long most) {
    if (wanted > most) {
      throw new BackendException(
          "%s: kernel %s wants %d %s: expected at most %d"
              .formatted(device.id(), name, wanted, what, most));
    }
  }

  String name() {
    return name;
  }

  int group() {
    return (int) local[0];
  }

  long launches() {
    return launches;
  }

  /** Starts over at the first argument. */
  KernelCall begin() {
    next = 0;
    return this;
  }

  /** An array, or where null a buffer that the kernel does not look at. */
  KernelCall array(DeviceArray array) {
    return memory(array == null ? queue.nothing() : ((OpenClArray) array).memory());
  }

  KernelCall memory(DeviceMemory value) {
    int i = next++;
    if (memory[i] != value) {
      set(i, Sizeof.cl_mem, value.argument());
      memory[i] = value;
    }
    return this;
  }

  KernelCall int32(int value) {
    scalar.putInt(0, value);
    return bind(Integer.BYTES, value, 0);
  }

  KernelCall int64(long value) {
    scalar.putLong(0, value);
    return bind(Long.BYTES, value, 0);
  }

  KernelCall float32(float value) {
    scalar.putFloat(0, value);
    return bind(Float.BYTES, scalar.getInt(0), 0);
  }

  /** Two floats whose sum is the number: more digits than one has. */
  KernelCall wide(double value) {
    float first = (float) value;
    float rest = Float.isInfinite(first) ? 0 : (float) (value - first);
    return floats(first, rest);
  }

  KernelCall floats(float x, float y) {
    scalar.putFloat(0, x).putFloat(4, y);
    return bind(2 * Float.BYTES, scalar.getLong(0), 0);
  }

  KernelCall floats(float x, float y, float z, float w) {
    scalar.putFloat(0, x).putFloat(4, y).putFloat(8, z).putFloat(12, w);
    return bind(4 * Float.BYTES, scalar.getLong(0), scalar.getLong(8));
  }

  private KernelCall bind(int bytes, long newLow, long newHigh) {
    int i = next++;
    if (!bound[i] || low[i] != newLow || high[i] != newHigh) {
      set(i, bytes, scalarPointer);
      low[i] = newLow;
      high[i] = newHigh;
      bound[i] = true;
    }
    return this;
  }

  private void set(int i, long bytes, Pointer value) {
    try {
      CL.clSetKernelArg(kernel, i, bytes, value);
    } catch (CLException error) {
      throw Failure.of(queue.device().id(), "argument " + i + " of kernel " + name, error);
    }
  }

  /** Enqueues as many work-groups as have that many work-items between them. */
  void runOver(long items) {
    run((items + local[0] - 1) / local[0]);
  }

  /** Enqueues that many work-groups; none is fine. */
  void run(long groups) {
    if (groups == 0) {
      return;
    }
    global[0] = Math.multiplyExact(groups, local[0]);
    try {
      CL.clEnqueueNDRangeKernel(queue.handle(), kernel, 1, null, global, local, 0, null, null);
    } catch (CLException error) {
      throw Failure.of(queue.device().id(), "kernel " + name, error);
    }
    launches++;
    queue.launched();
  }

  @Override
  public void close() {
    Arrays.fill(memory, null);
    Release.quietly("a kernel", CL::clReleaseKernel, kernel);
  }
}
