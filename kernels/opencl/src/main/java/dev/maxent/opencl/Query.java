package dev.maxent.opencl;

import java.nio.charset.StandardCharsets;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/** Texts and numbers that OpenCL's info functions give. */
final class Query {
  private Query() {}

  /** One of the clGet…Info functions with its object bound. */
  private interface Question {
    void get(int parameter, long size, Pointer value, long[] sizeNeeded);
  }

  static String platformText(cl_platform_id platform, int parameter) {
    return text(
        parameter, (p, size, value, need) -> CL.clGetPlatformInfo(platform, p, size, value, need));
  }

  static String deviceText(cl_device_id device, int parameter) {
    return text(
        parameter, (p, size, value, need) -> CL.clGetDeviceInfo(device, p, size, value, need));
  }

  /** A number of four or eight bytes, whichever the parameter has. */
  static long deviceNumber(cl_device_id device, int parameter) {
    return number(
        parameter, (p, size, value, need) -> CL.clGetDeviceInfo(device, p, size, value, need));
  }

  static long kernelNumber(cl_kernel kernel, cl_device_id device, int parameter) {
    return number(
        parameter,
        (p, size, value, need) ->
            CL.clGetKernelWorkGroupInfo(kernel, device, p, size, value, need));
  }

  static String buildLog(cl_program program, cl_device_id device) {
    return text(
        CL.CL_PROGRAM_BUILD_LOG,
        (p, size, value, need) -> CL.clGetProgramBuildInfo(program, device, p, size, value, need));
  }

  private static String text(int parameter, Question question) {
    long[] size = new long[1];
    question.get(parameter, 0, null, size);
    byte[] bytes = new byte[Math.toIntExact(size[0])];
    if (bytes.length > 0) {
      question.get(parameter, bytes.length, Pointer.to(bytes), null);
    }
    return new String(bytes, StandardCharsets.UTF_8).replace("\0", "").strip();
  }

  private static long number(int parameter, Question question) {
    long[] value = new long[1];
    long[] size = new long[1];
    question.get(parameter, 0, null, size);
    question.get(parameter, Math.min(size[0], Long.BYTES), Pointer.to(value), null);
    return value[0];
  }
}
