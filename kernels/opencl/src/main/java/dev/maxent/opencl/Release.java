package dev.maxent.opencl;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jocl.CLException;

/**
 * Gives OpenCL's objects back. After a fault of the device each release may fail: that is logged,
 * and no reason to leave the others behind.
 */
final class Release {
  private static final System.Logger LOG = System.getLogger("dev.maxent.opencl");

  private Release() {}

  /** Applies a function that releases to an object; a status that it throws is logged only. */
  static <T> void quietly(String what, Consumer<T> release, T object) {
    try {
      release.accept(object);
    } catch (CLException failure) {
      LOG.log(Level.DEBUG, () -> "releasing " + what + ": " + Failure.name(failure));
    }
  }
}
