package dev.maxent.reference;

import dev.maxent.backend.Availability;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.BackendProvider;
import java.util.List;

/** Offers {@code reference}, which is always available and never the fastest. */
public final class ReferenceProvider implements BackendProvider {
  static final String ID = "reference";
  static final String DEVICE = "plain Java float64 loops, one thread";

  /** For the service loader. */
  public ReferenceProvider() {}

  @Override
  public String family() {
    return ID;
  }

  @Override
  public List<BackendCandidate> probe() {
    return List.of(new BackendCandidate(ID, DEVICE, 0, new Availability.Available()));
  }

  @Override
  public Backend open(String id) {
    if (!id.equals(ID)) {
      throw new BackendException("backend '" + id + "': expected '" + ID + "'");
    }
    return new ReferenceBackend();
  }
}
