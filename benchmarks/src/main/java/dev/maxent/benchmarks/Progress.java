package dev.maxent.benchmarks;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar on standard error where somebody watches; lines there where asked for. */
final class Progress implements AutoCloseable {
  private final ProgressBar bar;
  private final PrintWriter lines;
  private final long steps;
  private String current = "";
  private long taken;

  Progress(String task, long steps) {
    this(task, steps, null);
  }

  /**
   * Progress of a task.
   *
   * @param unwatched where each step that is done gets a line if there is no terminal, or null
   */
  Progress(String task, long steps, PrintWriter unwatched) {
    this.steps = steps;
    // There may be no console at all, or one that is no terminal, depending on the JDK.
    boolean watched = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    bar =
        watched
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build()
            : null;
    lines = watched ? null : unwatched;
  }

  void step(String what) {
    current = what;
    if (bar != null) {
      bar.setExtraMessage(what);
    }
  }

  void done() {
    taken++;
    if (lines != null) {
      lines.println(taken + " of " + steps + " done: " + current);
      lines.flush();
    }
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
