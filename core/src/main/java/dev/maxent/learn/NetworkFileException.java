package dev.maxent.learn;

import java.io.IOException;
import java.nio.file.Path;

/** A file does not hold the parameters that were wanted; the message is one line. */
public final class NetworkFileException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 400;

  NetworkFileException(Path file, String detail) {
    super(file + ": " + shown(detail));
  }

  /** What a file says may be anything: one line of printable characters, not too long. */
  private static String shown(String detail) {
    String line = detail.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
