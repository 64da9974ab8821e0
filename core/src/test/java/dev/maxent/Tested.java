package dev.maxent;

import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.Backends;
import java.util.Arrays;
import java.util.List;

/**
 * The backends that this run of the tests is about: those of the families that {@code
 * -Dmaxent.tested} names, by default those of this module. Another backend's module runs the same
 * tests with its own.
 */
public final class Tested {
  private static final List<String> NAMES =
      Arrays.stream(System.getProperty("maxent.tested", "reference,cpu").split(",", -1))
          .map(String::strip)
          .toList();

  private Tested() {}

  /**
   * Whether it is about a backend.
   *
   * @param id for example {@code opencl} or {@code opencl:0:1}
   * @return whether its family or itself is named
   */
  public static boolean includes(String id) {
    return NAMES.contains(id) || NAMES.contains(id.split(":", -1)[0]);
  }

  /**
   * The backends to open.
   *
   * @return their ids; if there is none, the test is skipped and the reason printed
   */
  public static List<String> ids() {
    List<BackendCandidate> candidates =
        Backends.list().stream().filter(c -> includes(c.id())).toList();
    List<String> ids =
        candidates.stream()
            .filter(BackendCandidate::isAvailable)
            .map(BackendCandidate::id)
            .toList();
    Skipped.unless(
        !ids.isEmpty(),
        "no backend of "
            + NAMES
            + " is available: "
            + candidates.stream().map(BackendCandidate::summary).toList());
    return ids;
  }
}
