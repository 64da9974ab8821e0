package dev.maxent.benchmarks;

import dev.maxent.backend.Availability;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.Backends;
import dev.maxent.benchmarks.peer.Peer;
import dev.maxent.workload.Ceilings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** All contestants of a comparison, and those who could not come, with the reason. */
final class Field implements AutoCloseable {
  private final List<Contestant> contestants = new ArrayList<>();
  private final Map<String, String> absent = new LinkedHashMap<>();
  private boolean namedAbsent;

  /** Opens the named backends, or all but the reference where none is named. */
  static Field of(List<String> names) {
    Field field = new Field();
    if (names.isEmpty()) {
      for (BackendCandidate candidate : Backends.list()) {
        switch (candidate.availability()) {
          case Availability.Unavailable(String reason, String remedy) ->
              field.absent.put(candidate.id(), reason + " (" + remedy + ")");
          case Availability.Available() when !candidate.id().equals("reference") ->
              field.open(candidate.id());
          case Availability.Available() -> {
            // Its double loops are for being right; timed only when named.
          }
        }
      }
    } else {
      names.forEach(field::openNamed);
    }
    return field;
  }

  private void openNamed(String name) {
    boolean known =
        Backends.list().stream()
            .anyMatch(c -> c.id().equals(name) || c.id().startsWith(name + ":"));
    if (!known) {
      close();
      String ids = String.join(", ", Backends.list().stream().map(BackendCandidate::id).toList());
      throw InputException.argument("--backends", name, "some of " + ids);
    }
    int before = absent.size();
    open(name);
    namedAbsent |= absent.size() > before;
  }

  private void open(String id) {
    try {
      Backend backend = Backends.open(id);
      contestants.add(new BackendContestant(backend));
    } catch (BackendException failure) {
      String reason =
          Backends.list().stream()
              .filter(c -> c.id().equals(id) || c.id().startsWith(id + ":"))
              .filter(c -> !c.isAvailable())
              .map(BackendCandidate::summary)
              .findFirst()
              .orElse(failure.getMessage());
      absent.put(id, reason);
    }
  }

  /** Adds every peer on the class path. */
  void addPeers(int threads) {
    List<Peer> peers = ServiceLoader.load(Peer.class).stream().map(p -> p.get()).toList();
    if (peers.isEmpty()) {
      throw new InputException(
          "--peers: there is no peer in this build: expected one built by"
              + " 'mvn -q -Ppeers -Dfast -DskipTests package'");
    }
    for (Peer peer : peers) {
      try {
        peer.threads(threads);
        contestants.add(new PeerContestant(peer, this::cpuCeilings));
      } catch (LinkageError failure) {
        absent.put(peer.name(), "its native library does not load: " + failure.getMessage());
        namedAbsent = true;
      }
    }
  }

  /** Peers run on the same cores as backend cpu. */
  private Optional<Ceilings> cpuCeilings() {
    return contestants.stream()
        .filter(contestant -> contestant.id().equals("cpu"))
        .findFirst()
        .flatMap(Contestant::ceilings);
  }

  List<Contestant> contestants() {
    return contestants;
  }

  /** Who is missing, and why. */
  Map<String, String> absent() {
    return absent;
  }

  /** Whether somebody is missing who was asked for by name. */
  boolean isNamedAbsent() {
    return namedAbsent;
  }

  @Override
  public void close() {
    contestants.forEach(Contestant::close);
  }
}
