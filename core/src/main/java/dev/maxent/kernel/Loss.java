package dev.maxent.kernel;

/** What an error e = y − t of a network's output costs. */
public sealed interface Loss {

  /**
   * ℓ(e) = ½ e².
   *
   * @return the loss
   */
  static Loss squared() {
    return new Squared();
  }

  /**
   * ℓ(e) = ½ e² for |e| ≤ δ and δ (|e| − ½ δ) beyond. Source: Huber 1964,
   * doi:10.1214/aoms/1177703732.
   *
   * @param delta δ, positive and finite in float32
   * @return the loss
   * @throws IllegalArgumentException if δ is not
   */
  static Loss huber(double delta) {
    return new Huber(delta);
  }

  /** ½ e². */
  record Squared() implements Loss {}

  /**
   * Linear beyond δ.
   *
   * @param delta δ
   */
  record Huber(double delta) implements Loss {
    /** Refuses numbers out of range. */
    public Huber {
      Checks.number(
          "delta",
          delta,
          delta >= Float.MIN_NORMAL && delta <= Float.MAX_VALUE,
          "a positive number, finite in float32");
    }
  }
}
