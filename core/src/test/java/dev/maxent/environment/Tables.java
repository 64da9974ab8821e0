package dev.maxent.environment;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tables for tests: the files that ship in {@code data/}, and tables written in a test. */
public final class Tables {
  /** The columns in their usual order. */
  public static final String HEADER = "state,action,next_state,probability,reward,terminated\n";

  private Tables() {}

  /** A file of data/, wherever in the project the tests were started. */
  public static Path file(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("data").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new IllegalStateException("no data/" + name + " above " + Path.of("").toAbsolutePath());
  }

  /** Reads a file of data/. */
  public static TabularMdp shipped(String name) {
    try {
      return TabularMdp.read(file(name));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Reads a table under the usual header. */
  public static TabularMdp rows(String rows) {
    return read(HEADER + rows, TabularMdp.builder());
  }

  /** Reads a whole text. */
  public static TabularMdp read(String text, TabularMdp.Builder builder) {
    try {
      return TabularMdp.read("test.csv", new StringReader(text), builder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
