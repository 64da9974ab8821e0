package dev.maxent.opencl;

import dev.maxent.backend.BackendException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_program;

/** Builds programs when they are first needed, from the cache where it has them. */
final class Programs implements AutoCloseable {
  /** Property: whether a compiler's warning is an error, as in the tests of this module. */
  static final String STRICT = "maxent.opencl.strict";

  private final OpenClDevice device;
  private final cl_context context;
  private final BinaryCache cache;
  private final String always;
  private final Map<String, cl_program> built = new HashMap<>();

  Programs(OpenClDevice device, cl_context context, BinaryCache cache) {
    this.device = device;
    this.context = context;
    this.cache = cache;
    always =
        "-cl-std=CL1.2"
            + (device.roundsQuotients() ? " -cl-fp32-correctly-rounded-divide-sqrt" : "")
            + (Boolean.getBoolean(STRICT) ? " -Werror" : "");
  }

  /** The program built with some macros, for example {@code -DGROUP=64}. */
  cl_program get(Source source, String macros) {
    return built.computeIfAbsent(source + " " + macros, _ -> build(source.text(), macros));
  }

  /** Builds any text; the tests hand in one that is wrong. */
  cl_program build(String text, String macros) {
    String options = macros.isEmpty() ? always : always + " " + macros;
    String key = BinaryCache.key(device, text, options);
    Optional<cl_program> cached = cache.read(key).flatMap(binary -> load(binary, options));
    if (cached.isPresent()) {
      return cached.get();
    }
    cl_program program = CL.clCreateProgramWithSource(context, 1, new String[] {text}, null, null);
    try {
      CL.clBuildProgram(program, 1, new cl_device_id[] {device.handle()}, options, null, null);
    } catch (CLException error) {
      // JOCL puts the log into the message of its own exception; some drivers only give it here.
      String log = Query.buildLog(program, device.handle());
      Release.quietly("a program", CL::clReleaseProgram, program);
      throw new BackendException(
          device.id()
              + ": the program does not build ("
              + Failure.name(error)
              + "), options "
              + options
              + ":\n"
              + log
              + "\nplease report this with the output of"
              + " './maxent doctor'",
          error);
    }
    cache.write(key, binary(program));
    return program;
  }

  /** A binary that the driver no longer takes is as good as none. */
  private Optional<cl_program> load(byte[] binary, String options) {
    cl_program program = null;
    try {
      cl_device_id[] devices = {device.handle()};
      program =
          CL.clCreateProgramWithBinary(
              context, 1, devices, new long[] {binary.length}, new byte[][] {binary}, null, null);
      CL.clBuildProgram(program, 1, devices, options, null, null);
      return Optional.of(program);
    } catch (CLException refused) {
      if (program != null) {
        Release.quietly("a program", CL::clReleaseProgram, program);
      }
      return Optional.empty();
    }
  }

  private static byte[] binary(cl_program program) {
    try {
      long[] size = new long[1];
      CL.clGetProgramInfo(program, CL.CL_PROGRAM_BINARY_SIZES, Long.BYTES, Pointer.to(size), null);
      byte[] binary = new byte[Math.toIntExact(size[0])];
      CL.clGetProgramInfo(
          program, CL.CL_PROGRAM_BINARIES, Long.BYTES, Pointer.to(Pointer.to(binary)), null);
      return binary;
    } catch (CLException none) {
      return new byte[0];
    }
  }

  @Override
  public void close() {
    built.values().forEach(program -> Release.quietly("a program", CL::clReleaseProgram, program));
    built.clear();
  }
}
