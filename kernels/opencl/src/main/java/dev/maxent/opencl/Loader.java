package dev.maxent.opencl;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jocl.CL;
import org.jocl.CLException;

/** Functions of the OpenCL loader itself, for what JOCL 2.0.6 does not do safely. */
@SuppressWarnings("restricted") // native calls are what this backend is for
final class Loader {
  private static final SymbolLookup OPENCL =
      SymbolLookup.libraryLookup(Libraries.loader(), Arena.global());

  private Loader() {}

  /** A function that returns a status. */
  static MethodHandle find(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            OPENCL.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name)),
            FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /** Throws what JOCL would. */
  static void check(int status) {
    if (status != CL.CL_SUCCESS) {
      throw new CLException(CL.stringFor_errorCode(status), status);
    }
  }

  /** The calls declare no checked exception. */
  static RuntimeException failure(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException failure ? failure : new IllegalStateException(thrown);
  }
}
