package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.Backends;
import java.util.List;

/** The backend that a command runs on, from its option {@code --backend}. */
final class BackendChoice {
  private BackendChoice() {}

  /** Whether the user leaves the choice to us. */
  static boolean isFree(String id) {
    return id == null && !Backends.isNamed();
  }

  /** Opens what the option names, or the best where it is null; the caller closes it. */
  static Backend open(String id) {
    if (id == null) {
      return Backends.best();
    }
    try {
      return Backends.open(id);
    } catch (BackendException failure) {
      List<String> ids = Backends.list().stream().map(BackendCandidate::id).toList();
      String family = id.contains(":") ? id.substring(0, id.indexOf(':')) : id;
      if (ids.stream().noneMatch(known -> known.equals(family) || known.startsWith(family + ":"))) {
        throw InputException.argument("--backend", id, "one of " + String.join(", ", ids));
      }
      // It is known, but absent here: the message says why.
      throw new InputException("--backend = " + id + ": " + failure.getMessage(), failure);
    }
  }
}
