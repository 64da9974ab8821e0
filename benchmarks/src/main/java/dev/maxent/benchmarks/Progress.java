package dev.maxent.benchmarks;

import java.io.Console;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar on standard error, only where somebody watches. */
final class Progress implements AutoCloseable {
  private final ProgressBar bar;

  Progress(String task, long steps) {
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
  }

  void step(String what) {
    if (bar != null) {
      bar.setExtraMessage(what);
    }
  }

  void done() {
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
