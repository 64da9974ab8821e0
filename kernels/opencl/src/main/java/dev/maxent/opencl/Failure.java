package dev.maxent.opencl;

import dev.maxent.backend.BackendException;
import org.jocl.CL;
import org.jocl.CLException;

/** Turns JOCL's exceptions into ones that say what was tried and what would help. */
final class Failure {
  private Failure() {}

  /** What happened while doing something on a device. */
  static BackendException of(String device, String doing, CLException error) {
    int status = error.getStatus();
    return new BackendException(
        device + ": " + doing + " failed: " + name(error) + remedy(status), error);
  }

  static String name(CLException error) {
    int status = error.getStatus();
    return status == CL.CL_SUCCESS || status == CL.CL_JOCL_INTERNAL_ERROR
        ? String.valueOf(error.getMessage())
        : CL.stringFor_errorCode(status);
  }

  private static String remedy(int status) {
    return switch (status) {
      case CL.CL_MEM_OBJECT_ALLOCATION_FAILURE ->
          " (the device has no room: close arrays or use smaller batches)";
      case CL.CL_OUT_OF_RESOURCES, CL.CL_OUT_OF_HOST_MEMORY ->
          " (out of resources, or an earlier kernel failed: close the backend and open it again)";
      case CL.CL_DEVICE_NOT_AVAILABLE, CL.CL_INVALID_DEVICE, CL.CL_INVALID_CONTEXT ->
          " (the device has gone: close the backend; './maxent doctor' shows what is there)";
      case CL.CL_INVALID_COMMAND_QUEUE ->
          " (the queue is lost, as after a crashed kernel or an unplugged device: close the backend"
              + " and open it again)";
      default -> "";
    };
  }
}
