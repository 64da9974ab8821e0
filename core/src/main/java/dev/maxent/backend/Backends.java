package dev.maxent.backend;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Finds, chooses and opens backends. There is no silent fallback: {@link #best()} logs what it
 * chose and why each other was not, and {@link #open} of an absent backend throws.
 */
public final class Backends {
  /** The system property that overrides {@link #best()}; {@value}. */
  public static final String PROPERTY = "maxent.backend";

  /** The environment variable that overrides {@link #best()}, after the property; {@value}. */
  public static final String ENVIRONMENT = "MAXENT_BACKEND";

  private static final System.Logger LOG = System.getLogger("dev.maxent.backend");

  private Backends() {}

  /**
   * Every device that any provider on the class path knows of, fastest first, available or not. A
   * provider that fails is listed as unavailable with its error and does not hide the others.
   *
   * @return the candidates
   */
  public static List<BackendCandidate> list() {
    return candidates(providers()).stream().map(Found::candidate).toList();
  }

  /**
   * Opens the backend named by {@value #PROPERTY} or {@value #ENVIRONMENT}, or else the fastest
   * available one, and logs one line: what was chosen, and why each other was not.
   *
   * @return the open backend; the caller closes it
   * @throws BackendException if the named backend is not available, or none is
   */
  public static Backend best() {
    Optional<Named> override = override();
    if (override.isPresent()) {
      String by = "named by " + override.get().source();
      Backend named = open(override.get().id(), ", " + by + ",");
      LOG.log(Level.INFO, () -> "backend " + named.info().id() + ": " + by);
      return named;
    }
    List<Found> found = candidates(providers());
    Found chosen =
        found.stream()
            .filter(f -> f.candidate().isAvailable())
            .findFirst()
            .orElseThrow(() -> new BackendException("no backend is available: " + reasons(found)));
    LOG.log(Level.INFO, () -> choice(chosen, found));
    return chosen.provider().open(chosen.candidate().id());
  }

  /**
   * Opens a backend by its id, for example {@code cpu} or {@code opencl:0}. A bare family name
   * stands for the first available device of that family. What is no id but has a colon stands for
   * the first available device of the family before it whose description contains what follows,
   * whatever the case: {@code opencl:h100} or {@code opencl:portable computing}.
   *
   * @param id an id from {@link #list()}, a family name, or a family and part of a description
   * @return the open backend; the caller closes it
   * @throws BackendException if there is no such backend or it is not available; the message lists
   *     every candidate with reason and remedy
   */
  public static Backend open(String id) {
    return open(id, "");
  }

  private static Backend open(String id, String source) {
    List<Found> found = candidates(providers());
    Found match =
        match(id, found)
            .orElseThrow(() ->
                new BackendException(
                    "backend '"
                        + id
                        + "'"
                        + source
                        + " is not available; known here: "
                        + reasons(found)));
    return match.provider().open(match.candidate().id());
  }

  /** The available candidate that an id, a family or a family with part of a name stands for. */
  static Optional<Found> match(String id, List<Found> found) {
    List<Found> available = found.stream().filter(f -> f.candidate().isAvailable()).toList();
    Optional<Found> exact =
        available.stream()
            .filter(f -> f.candidate().id().equals(id) || family(f.provider()).equals(id))
            .findFirst();
    int colon = id == null ? -1 : id.indexOf(':');
    boolean isId = found.stream().anyMatch(f -> f.candidate().id().equals(id));
    String part = colon < 0 ? "" : id.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
    // A number is a position: "opencl:3" must not become a device with a 3 in its name.
    if (exact.isPresent() || isId || part.isEmpty() || part.matches("[0-9]+")) {
      return exact;
    }
    return available.stream()
        .filter(f -> family(f.provider()).equals(id.substring(0, colon)))
        .filter(f -> f.candidate().description().toLowerCase(Locale.ROOT).contains(part))
        .findFirst();
  }

  /**
   * Whether {@link #best()} takes a backend that the user names, by {@value #PROPERTY} or {@value
   * #ENVIRONMENT}, instead of the fastest.
   *
   * @return whether one is named
   */
  public static boolean isNamed() {
    return override().isPresent();
  }

  /** A backend that the user names, and where. */
  private record Named(String id, String source) {}

  private static Optional<Named> override() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .map(id -> new Named(id, PROPERTY))
        .or(() ->
            Optional.ofNullable(System.getenv(ENVIRONMENT)).map(id -> new Named(id, ENVIRONMENT)))
        .filter(named -> !named.id().isBlank());
  }

  /** A candidate with the provider that opens it; for tests the providers are an argument. */
  record Found(BackendProvider provider, BackendCandidate candidate) {}

  static List<Found> candidates(List<BackendProvider> providers) {
    List<Found> found = new ArrayList<>();
    for (BackendProvider provider : providers) {
      for (BackendCandidate candidate : probe(provider)) {
        found.add(new Found(provider, candidate));
      }
    }
    found.sort(Comparator.comparingInt((Found f) -> f.candidate().rank()).reversed());
    return found;
  }

  /**
   * Whatever a provider throws, the others must still be found; only the JVM's own trouble passes.
   */
  private static List<BackendCandidate> probe(BackendProvider provider) {
    try {
      // A copy, so that what else a list may do happens here.
      return List.copyOf(Objects.requireNonNull(provider.probe(), "probe() returned null"));
    } catch (VirtualMachineError error) {
      throw error;
    } catch (RuntimeException | Error error) {
      return List.of(
          new BackendCandidate(
              family(provider),
              "provider " + provider.getClass().getName(),
              -1,
              new Availability.Unavailable(
                  "its provider failed: " + error, "report this with the stack trace")));
    }
  }

  private static String family(BackendProvider provider) {
    try {
      return String.valueOf(provider.family());
    } catch (RuntimeException | LinkageError error) {
      return provider.getClass().getName();
    }
  }

  private static List<BackendProvider> providers() {
    List<BackendProvider> providers = new ArrayList<>();
    Iterator<ServiceLoader.Provider<BackendProvider>> services =
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
            .iterator();
    while (true) {
      try {
        if (!services.hasNext()) {
          return providers;
        }
        providers.add(services.next().get());
      } catch (ServiceConfigurationError | LinkageError error) {
        LOG.log(Level.WARNING, () -> "a backend provider could not be loaded: " + error);
      }
    }
  }

  static String choice(Found chosen, List<Found> found) {
    String others =
        found.stream()
            .filter(f -> !f.candidate().id().equals(chosen.candidate().id()))
            .map(f ->
                f.candidate().isAvailable()
                    ? f.candidate().id() + " is expected to be slower"
                    : f.candidate().summary())
            .collect(Collectors.joining("; "));
    return "backend "
        + chosen.candidate().summary()
        + (others.isEmpty() ? "" : "; not chosen: " + others);
  }

  private static String reasons(List<Found> found) {
    return found.stream()
        .map(f -> f.candidate().summary() + (f.candidate().isAvailable() ? " [available]" : ""))
        .collect(Collectors.joining("; "));
  }
}
