package dev.maxent.environment;

/** A table of transitions is not a Markov decision process; the message is one line. */
public final class TableException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What was read, or null. */
  private final String file;

  /** Where in it, or 0. */
  private final long line;

  /** The mistake without its place. */
  private final String detail;

  TableException(String file, long line, String detail) {
    super(message(file, line, detail));
    this.file = file;
    this.line = line;
    this.detail = detail;
  }

  /** The same mistake, now that it is known where it was read. */
  TableException in(String newFile, long newLine) {
    TableException located = new TableException(newFile, newLine > 0 ? newLine : line, detail);
    located.initCause(this);
    return located;
  }

  private static String message(String file, long line, String detail) {
    String place = file == null ? "table" : file;
    return place + (line > 0 ? ", line " + line : "") + ": " + detail;
  }

  /**
   * The file that was read.
   *
   * @return its name, or null if the table was built by code
   */
  public String file() {
    return file;
  }

  /**
   * The line of the mistake.
   *
   * @return 1 for the header, or 0 where no single line is to blame
   */
  public long line() {
    return line;
  }

  /**
   * The mistake without its place.
   *
   * @return what it was and what was expected
   */
  public String detail() {
    return detail;
  }
}
