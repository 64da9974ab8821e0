package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.BackendProvider;
import java.util.List;

/**
 * Offers every OpenCL device as {@code opencl:0}, {@code opencl:1} … in the order of platforms and
 * devices; {@code Backends.open} also takes part of a device's or platform's name after the colon.
 * The property {@value Tuning#PROPERTY} chooses a tuning preset, {@value BinaryCache#PROPERTY} the
 * folder of built programs.
 */
public final class OpenClProvider implements BackendProvider {
  /** The name before the colon. */
  static final String FAMILY = "opencl";

  /** For {@link java.util.ServiceLoader}. */
  public OpenClProvider() {}

  @Override
  public String family() {
    return FAMILY;
  }

  @Override
  public List<BackendCandidate> probe() {
    return Discovery.run().candidates();
  }

  @Override
  public Backend open(String id) {
    OpenClDevice device = Discovery.run().device(id);
    if (device == null) {
      throw new BackendException(
          "there is no device '" + id + "'; known: " + Discovery.run().candidates());
    }
    return new OpenClBackend(device);
  }
}
