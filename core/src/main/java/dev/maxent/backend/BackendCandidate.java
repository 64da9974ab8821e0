package dev.maxent.backend;

import java.util.Objects;

/**
 * A device that a provider knows of, available or not.
 *
 * @param id the id that {@link Backends#open} takes
 * @param description the device in a few words
 * @param rank how fast it is expected to be; {@link Backends#best()} takes the highest available.
 *     Reference 0, OpenCL on a CPU 100, cpu 200, a GPU 300
 * @param availability whether it can be opened
 */
public record BackendCandidate(String id, String description, int rank, Availability availability) {

  /**
   * A candidate.
   *
   * @throws NullPointerException if a part is null; the message names it
   */
  public BackendCandidate {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(availability, "availability");
  }

  /**
   * Whether it can be opened.
   *
   * @return true for {@link Availability.Available}
   */
  public boolean isAvailable() {
    return availability instanceof Availability.Available;
  }

  /**
   * One line for a listing.
   *
   * @return {@code id: description}, or {@code id: reason (remedy)} where it is unavailable
   */
  public String summary() {
    return switch (availability) {
      case Availability.Available() -> id + ": " + description;
      case Availability.Unavailable(String reason, String remedy) ->
          id + ": " + reason + " (" + remedy + ")";
    };
  }
}
