package dev.maxent.opencl;

import java.util.function.Supplier;

/**
 * A search that may hang: it runs on a thread of its own, and whoever asks waits for so long. One
 * that has not come back is waited for again; a second beside it would hang as well.
 */
final class Search<T> {
  private final String name;
  private final Supplier<T> search;
  private Thread thread;
  private volatile T answer;

  /** The search throws nothing and gives no null. */
  Search(String name, Supplier<T> search) {
    this.name = name;
    this.search = search;
  }

  /** Its answer, or null after so many milliseconds. The next question then starts a new search. */
  synchronized T ask(long patience) throws InterruptedException {
    if (thread == null) {
      answer = null;
      thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> answer = search.get());
      thread.start();
    }
    thread.join(patience);
    if (thread.isAlive()) {
      return null;
    }
    thread = null;
    return answer;
  }
}
