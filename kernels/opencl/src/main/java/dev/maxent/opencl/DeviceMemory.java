package dev.maxent.opencl;

import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_mem;

/** A buffer with the pointer that kernel arguments need, made once. Released once. */
final class DeviceMemory {
  private final cl_mem handle;
  private final Pointer argument;
  private final long bytes;
  private boolean released;

  DeviceMemory(cl_mem handle, long bytes) {
    this.handle = handle;
    this.argument = Pointer.to(handle);
    this.bytes = bytes;
  }

  cl_mem handle() {
    if (released) {
      throw new IllegalStateException("device memory was released");
    }
    return handle;
  }

  Pointer argument() {
    if (released) {
      throw new IllegalStateException("device memory was released");
    }
    return argument;
  }

  long bytes() {
    return bytes;
  }

  boolean isReleased() {
    return released;
  }

  void release() {
    if (!released) {
      released = true;
      Release.quietly("a buffer", CL::clReleaseMemObject, handle);
    }
  }
}
