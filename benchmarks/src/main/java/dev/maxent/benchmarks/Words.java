package dev.maxent.benchmarks;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Numbers and errors as a reader expects them. */
final class Words {
  /** The most significant digits of a value: enough for any use, fewer than a double has. */
  private static final int MOST_DIGITS = 10;

  private Words() {}

  /** "1 action", "2 actions". */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** The shortest digits that are this number: 1 for 1.0, 1e-30 for 1.0E-30. */
  static String number(double value) {
    return Double.toString(value).replaceFirst("\\.0(?=E|$)", "").replace("E", "e");
  }

  /** Any value; numbers that are not whole as {@link #number} says them. */
  static String value(Object value) {
    return value instanceof Double number ? number(number) : String.valueOf(value);
  }

  /** A value without the digits that an error of this size leaves open, and at most ten. */
  static String digits(double value, double error) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    int whole = value == 0 ? 1 : Math.max(0, 1 + (int) Math.floor(Math.log10(Math.abs(value))));
    int known = error > 0 ? (int) Math.floor(-Math.log10(error)) : MOST_DIGITS;
    int decimals = Math.clamp(known, 0, Math.max(0, MOST_DIGITS - whole));
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** What went wrong with a file, after its name. */
  static String problem(IOException problem) {
    boolean named = problem instanceof FileSystemException wrong && wrong.getFile() != null;
    return named
        ? ((FileSystemException) problem).getFile() + ": " + reason(problem)
        : reason(problem);
  }

  /** What went wrong, without the names of files and of Java's classes. */
  static String reason(IOException problem) {
    return switch (problem) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException wrong when wrong.getReason() != null -> wrong.getReason();
      case FileSystemException _ -> "it cannot be used";
      default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
    };
  }
}
