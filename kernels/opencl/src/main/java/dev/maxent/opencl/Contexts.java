package dev.maxent.opencl;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;
import org.jocl.CL;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;

/**
 * Contexts, made by JOCL and released without it. JOCL 2.0.6 keeps a map of callbacks by context,
 * without a lock, and reads the entry again after it has freed it when the context is released;
 * what another call has put there by then, it frees as well.
 */
final class Contexts {
  private static final MethodHandle RELEASE = Loader.find("clReleaseContext", JAVA_LONG);

  private Contexts() {}

  /** A context of one device, one at a time: JOCL enters each in its map. */
  static synchronized cl_context create(OpenClDevice device) {
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platformHandle());
    return CL.clCreateContext(
        properties, 1, new cl_device_id[] {device.handle()}, null, null, null);
  }

  static void release(cl_context context) {
    try {
      Loader.check((int) RELEASE.invokeExact(context.getNativePointer()));
    } catch (Throwable thrown) {
      throw Loader.failure(thrown);
    }
  }
}
