package dev.maxent.backend;

import java.util.List;

/**
 * A family of backends, found through {@link java.util.ServiceLoader}. The provider's class, its
 * constructor and {@link #family()} touch no optional class, so that listing backends works where a
 * native library is missing.
 */
public interface BackendProvider {

  /**
   * The name before the colon in a backend's id.
   *
   * @return for example {@code cpu}
   */
  String family();

  /**
   * Looks for devices. Catches linkage errors itself and reports them as {@link
   * Availability.Unavailable}.
   *
   * @return one candidate per device, or a single unavailable one that says why there is none
   */
  List<BackendCandidate> probe();

  /**
   * Opens a device that {@link #probe()} reported as available.
   *
   * @param id the candidate's id
   * @return the open backend; the caller closes it
   * @throws BackendException if the device fails
   */
  Backend open(String id);
}
