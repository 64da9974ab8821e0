package dev.maxent.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The argument FILE: a file that can be read, or else the name of one inside the jar. */
final class InputFile {
  /** Some spreadsheets start UTF-8 with it. */
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private InputFile() {}

  /** The path that was given. */
  static Path path(String text) {
    if (text.isBlank()) {
      throw InputException.argument("FILE", "'" + text + "'", "a file name");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException wrong) {
      throw new InputException("FILE = " + text + ": expected a file name", wrong);
    }
  }

  /** The file if it exists; then it can be read. */
  static Optional<Path> existing(String text) {
    Path file = path(text);
    if (Files.isDirectory(file)) {
      throw InputException.argument("FILE", text, "a file, this is a folder");
    }
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isReadable(file)) {
      throw InputException.argument("FILE", text, "a file that can be read");
    }
    return Optional.of(file);
  }

  /** What is neither a file nor bundled. */
  static InputException unknown(String text, List<String> bundled) {
    return InputException.argument("FILE", text, "a file, or one of " + String.join(", ", bundled));
  }

  /** Refuses an output, which may be null, that is the file to read; links are followed. */
  static void checkDistinct(String option, Path output, String text) throws IOException {
    Optional<Path> file = existing(text);
    if (file.isPresent()) {
      AtomicFile.checkDistinct(option, output, "FILE", file.get());
    }
  }

  /** Strict UTF-8, gzipped or not, without a mark of the byte order. */
  static Reader text(InputStream bytes) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(bytes);
    buffered.mark(2);
    boolean zipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                zipped ? new GZIPInputStream(buffered) : buffered,
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }
}
