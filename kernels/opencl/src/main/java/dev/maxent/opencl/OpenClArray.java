package dev.maxent.opencl;

import dev.maxent.backend.BackendException;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array in a buffer on the device, with guard bytes behind its last element. */
final class OpenClArray extends DeviceArray {
  /** As memory.cl writes it: as a float NaN, as an integer -1, so that whoever reads it errs. */
  private static final byte GUARD = (byte) 0xFF;

  private final OpenClBackend owner;
  private final DeviceMemory memory;

  private OpenClArray(OpenClBackend owner, ElementType type, long length, DeviceMemory memory) {
    super(owner, type, length);
    this.owner = owner;
    this.memory = memory;
  }

  static OpenClArray allocate(OpenClBackend owner, ElementType type, long length) {
    String what = type + "[" + length + "]";
    if (length > (Long.MAX_VALUE - 128) / type.bytes()) {
      throw new BackendException(
          "allocating %s on %s asks for more than 2^63 bytes; the largest array it allows has %d"
              .formatted(what, owner.info().id(), owner.info().maxAllocationBytes()));
    }
    long bytes = length * type.bytes();
    return new OpenClArray(owner, type, length, owner.queue().allocate(bytes, what));
  }

  DeviceMemory memory() {
    return memory;
  }

  @Override
  protected void write(MemorySegment source) {
    owner.staging().upload(source, memory);
  }

  @Override
  protected void read(MemorySegment target) {
    owner.staging().download(memory, 0, target);
  }

  @Override
  protected boolean readGuard() {
    long used = length() * type().bytes();
    byte[] guard = new byte[(int) (memory.bytes() - used)];
    MemorySegment target = MemorySegment.ofArray(guard);
    owner.staging().download(memory, used, target);
    for (long i = 0; i < guard.length; i++) {
      if (target.get(ValueLayout.JAVA_BYTE, i) != GUARD) {
        return false;
      }
    }
    return true;
  }

  @Override
  protected void release() {
    owner.queue().free(memory);
  }
}
