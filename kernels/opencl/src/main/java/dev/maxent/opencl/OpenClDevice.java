package dev.maxent.opencl;

import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device that a driver reported, with what is worth knowing before it is opened.
 *
 * @param id stable as long as the same drivers are installed: {@code opencl:} and its position
 * @param platformHandle JOCL's handle of the platform
 * @param handle JOCL's handle of the device
 * @param platform name of the platform
 * @param name name of the device
 * @param vendor who made it
 * @param driver version of the driver
 * @param version version of OpenCL
 * @param type bits of CL_DEVICE_TYPE
 * @param computeUnits multiprocessors or cores
 * @param memoryBytes global memory
 * @param maxAllocationBytes largest buffer
 * @param localBytes local memory of a work-group
 * @param maxGroup most work-items of a work-group
 * @param nativeFloats floats of a vector register
 * @param roundsQuotients whether division and square root of float32 can be correctly rounded
 */
record OpenClDevice(
    String id,
    cl_platform_id platformHandle,
    cl_device_id handle,
    String platform,
    String name,
    String vendor,
    String driver,
    String version,
    long type,
    int computeUnits,
    long memoryBytes,
    long maxAllocationBytes,
    long localBytes,
    long maxGroup,
    long nativeFloats,
    boolean roundsQuotients) {

  static OpenClDevice of(
      String id, cl_platform_id platform, String platformName, cl_device_id device) {
    return new OpenClDevice(
        id,
        platform,
        device,
        platformName,
        Query.deviceText(device, CL.CL_DEVICE_NAME),
        Query.deviceText(device, CL.CL_DEVICE_VENDOR),
        Query.deviceText(device, CL.CL_DRIVER_VERSION),
        Query.deviceText(device, CL.CL_DEVICE_VERSION),
        Query.deviceNumber(device, CL.CL_DEVICE_TYPE),
        (int) Query.deviceNumber(device, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
        Query.deviceNumber(device, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
        Query.deviceNumber(device, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        Query.deviceNumber(device, CL.CL_DEVICE_LOCAL_MEM_SIZE),
        Query.deviceNumber(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
        Query.deviceNumber(device, CL.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT),
        (Query.deviceNumber(device, CL.CL_DEVICE_SINGLE_FP_CONFIG)
                & CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT)
            != 0);
  }

  boolean isGpu() {
    return (type & CL.CL_DEVICE_TYPE_GPU) != 0;
  }

  boolean isCpu() {
    return (type & CL.CL_DEVICE_TYPE_CPU) != 0;
  }

  /** Whether NVIDIA's own compiler takes inline PTX, with 32 work-items to a warp. */
  boolean isNvidia() {
    return isGpu() && platform.equals(Discovery.NVIDIA_CUDA);
  }

  /** The device in a few words; {@code Backends.open("opencl:…")} matches part of it. */
  String description() {
    return name + ", " + platform;
  }
}
