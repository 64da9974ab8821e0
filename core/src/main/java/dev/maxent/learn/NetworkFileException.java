package dev.maxent.learn;

import java.io.IOException;
import java.nio.file.Path;

/** A file does not hold the parameters that were wanted; the message is one line. */
public final class NetworkFileException extends IOException {
  private static final long serialVersionUID = 1L;

  NetworkFileException(Path file, String detail) {
    super(file + ": " + detail);
  }
}
