package dev.maxent.cpu;

import dev.maxent.backend.Availability;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.BackendProvider;
import java.util.List;

/**
 * Offers the pure-Java backend, which is always available. The property {@value #THREADS} sets the
 * number of threads (default: all processors), {@value #LOOPS} forces {@code vector} or {@code
 * scalar} inner loops.
 */
public final class CpuProvider implements BackendProvider {
  /** The only id. */
  static final String ID = "cpu";

  /** System property: number of threads; {@value}. */
  public static final String THREADS = "maxent.cpu.threads";

  /** System property: {@code vector} or {@code scalar}; {@value}. */
  public static final String LOOPS = "maxent.cpu.loops";

  /** Most threads that {@link #THREADS} may ask for. */
  public static final int MOST_THREADS = 1024;

  private static final int RANK = 200;

  /** For {@link java.util.ServiceLoader}. */
  public CpuProvider() {}

  @Override
  public String family() {
    return ID;
  }

  @Override
  public List<BackendCandidate> probe() {
    return List.of(
        new BackendCandidate(ID, LoopsChoice.summary(), RANK, new Availability.Available()));
  }

  @Override
  public Backend open(String id) {
    if (!id.equals(ID)) {
      throw new BackendException("backend '" + id + "': expected '" + ID + "'");
    }
    return new CpuBackend(threads(), LoopsChoice.choose());
  }

  private static int threads() {
    String text = System.getProperty(THREADS);
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      int threads = Integer.parseInt(text.trim());
      if (threads >= 1 && threads <= MOST_THREADS) {
        return threads;
      }
    } catch (NumberFormatException malformed) {
      // Falls through to the message below, which shows the value.
    }
    throw new BackendException(
        "property " + THREADS + " = '" + text + "': expected a number from 1 to " + MOST_THREADS);
  }
}
