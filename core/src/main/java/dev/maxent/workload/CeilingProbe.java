package dev.maxent.workload;

import dev.maxent.backend.Backend;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Measures what a device can do at best. A backend family that can tell provides one, found through
 * {@link ServiceLoader}.
 */
public interface CeilingProbe {

  /**
   * Measures, in about a second.
   *
   * @param backend an open backend of any family
   * @return its ceilings, or empty if it is of another family
   */
  Optional<Ceilings> measure(Backend backend);

  /**
   * Asks every probe on the class path.
   *
   * @param backend an open backend
   * @return its ceilings, or empty if no probe knows it
   */
  static Optional<Ceilings> of(Backend backend) {
    for (CeilingProbe probe :
        ServiceLoader.load(CeilingProbe.class, CeilingProbe.class.getClassLoader())) {
      Optional<Ceilings> ceilings = probe.measure(backend);
      if (ceilings.isPresent()) {
        return ceilings;
      }
    }
    return Optional.empty();
  }
}
