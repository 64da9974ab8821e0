package dev.maxent.kernel;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;

/**
 * Seed and counter of the Philox 4×32-10 generator, kept on the device so that a training step
 * never talks to the host. Every operation that draws numbers reads the counter and advances it by
 * one; within an operation each block of four words has its own index, so results do not depend on
 * how the work is split.
 *
 * <p>Word i of the draw with counter n and seed s is word (i mod 4) of Philox(counter = (lo(i/4),
 * hi(i/4), lo(n), hi(n)), key = (lo(s), hi(s))), the same integers on every backend.
 */
public final class RandomState implements AutoCloseable {
  private final DeviceArray words;

  private RandomState(DeviceArray words) {
    this.words = words;
  }

  /**
   * Starts a stream.
   *
   * @param backend where it lives
   * @param seed any number; different seeds give independent streams
   * @return the stream, with its counter at 0; the caller closes it
   */
  public static RandomState of(Backend backend, long seed) {
    return of(backend, seed, 0);
  }

  /**
   * Continues a stream.
   *
   * @param backend where it lives
   * @param seed the seed
   * @param counter the number of operations that have drawn from the stream already
   * @return the stream; the caller closes it
   */
  public static RandomState of(Backend backend, long seed, long counter) {
    return new RandomState(
        backend.int32((int) seed, (int) (seed >>> 32), (int) counter, (int) (counter >>> 32)));
  }

  /**
   * The state itself: INT32[4] = seed low, seed high, counter low, counter high.
   *
   * @return the array; operations advance it
   */
  public DeviceArray words() {
    return words;
  }

  /**
   * Downloads the counter, for saving.
   *
   * @return the number of operations that have drawn
   */
  public long counter() {
    int[] host = words.toInts();
    return Integer.toUnsignedLong(host[2]) | (long) host[3] << 32;
  }

  @Override
  public void close() {
    words.close();
  }
}
