package dev.maxent.benchmarks;

import dev.maxent.benchmarks.Transitions.Columns;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Reads transitions: the columns observation_0 …, action_0 …, reward, next_observation_0 … and
 * terminated, in any order, gzipped or not. Some files travel inside the jar.
 */
final class TransitionCsv {
  /** What travels inside the jar, see {@code data/README.md}. */
  static final List<String> BUNDLED = List.of("half-cheetah", "hopper", "pendulum");

  private static final int MOST_ROWS = 1 << 24;

  private final String name;
  private final List<float[]> rows = new ArrayList<>();

  private TransitionCsv(String name) {
    this.name = name;
  }

  /** Reads a file, or a bundled one by its name. */
  static Transitions read(String nameOrFile) throws IOException {
    Optional<Path> file = InputFile.existing(nameOrFile);
    if (file.isPresent()) {
      try (InputStream bytes = Files.newInputStream(file.get())) {
        return new TransitionCsv(nameOrFile).read(bytes);
      }
    }
    if (!BUNDLED.contains(nameOrFile)) {
      throw InputFile.unknown(nameOrFile, BUNDLED);
    }
    String resource = "data/" + nameOrFile + "-transitions.csv.gz";
    try (InputStream bytes = TransitionCsv.class.getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new IOException("this build of maxent lacks its resource " + resource);
      }
      return new TransitionCsv(nameOrFile + " (bundled)").read(bytes);
    }
  }

  private Transitions read(InputStream bytes) {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .setTrim(true)
            .get();
    try (Reader text = InputFile.text(bytes);
        CSVParser csv = CSVParser.builder().setReader(text).setFormat(format).get()) {
      return parse(csv);
    } catch (IOException | UncheckedIOException | IllegalArgumentException problem) {
      // commons-csv throws these at a header with doubles, at open quotes and at bytes amiss.
      throw new InputException(name + ": " + reason(problem), problem);
    }
  }

  /** Its own words, not those of the classes that pass it on. */
  private static String reason(Throwable problem) {
    return switch (problem) {
      case EOFException _ -> "its compressed data end early";
      case CharacterCodingException _ -> "it is not UTF-8: expected a CSV file, gzipped or not";
      case UncheckedIOException wrapper -> reason(wrapper.getCause());
      default -> problem.getMessage();
    };
  }

  private Transitions parse(CSVParser csv) {
    List<String> header = csv.getHeaderNames();
    if (header.isEmpty()) {
      throw new InputException(name + ": the file is empty: expected a header and rows");
    }
    int s = count(header, "observation_");
    int a = count(header, "action_");
    int next = count(header, "next_observation_");
    if (s < 1 || a < 1 || next != s) {
      throw badHeader(
          header,
          "%d columns observation_0 ..., %d action_0 ..., %d next_observation_0 ...:"
                  .formatted(s, a, next)
              + " expected 1 or more of each, and as many next ones as observations");
    }
    List<String> wanted = new ArrayList<>();
    series(wanted, "observation_", s);
    series(wanted, "action_", a);
    series(wanted, "next_observation_", s);
    wanted.addAll(List.of("reward", "terminated"));
    for (String column : wanted) {
      if (!header.contains(column)) {
        throw badHeader(header, "column '" + column + "' is missing");
      }
    }
    int[] places = wanted.stream().mapToInt(header::indexOf).toArray();
    for (CSVRecord row : csv) {
      add(row, csv.getCurrentLineNumber(), header, places);
    }
    if (rows.isEmpty()) {
      throw new InputException(name + ": there are no rows below the header");
    }
    return transitions(s, a);
  }

  private InputException badHeader(List<String> header, String problem) {
    return new InputException(
        name + ", line 1: " + problem + ": the header is '" + String.join(",", header) + "'");
  }

  private static int count(List<String> header, String prefix) {
    return (int) header.stream().filter(column -> column.startsWith(prefix)).count();
  }

  private static void series(List<String> names, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
  }

  private void add(CSVRecord row, long line, List<String> header, int[] places) {
    if (row.size() != header.size()) {
      throw error(line, row.size() + " cells: expected " + header.size() + " as in the header");
    }
    if (rows.size() == MOST_ROWS) {
      throw error(line, "more rows than " + MOST_ROWS);
    }
    float[] numbers = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      String cell = row.get(places[i]);
      boolean flag = i == places.length - 1;
      numbers[i] = flag ? flag(cell) : number(cell);
      if (!Float.isFinite(numbers[i])) {
        throw error(
            line,
            "%s = '%s': expected %s"
                .formatted(
                    header.get(places[i]), cell, flag ? "0, 1, true or false" : "a finite number"));
      }
    }
    rows.add(numbers);
  }

  private InputException error(long line, String problem) {
    return new InputException(name + ", line " + line + ": " + problem);
  }

  /** NaN where it is none. */
  private static float number(String cell) {
    try {
      return Float.parseFloat(cell);
    } catch (NumberFormatException none) {
      return Float.NaN;
    }
  }

  private static float flag(String cell) {
    return switch (cell) {
      case "0", "false", "False" -> 0;
      case "1", "true", "True" -> 1;
      default -> Float.NaN;
    };
  }

  private Transitions transitions(int s, int a) {
    boolean[] terminated = new boolean[rows.size()];
    float[] rewards = new float[rows.size()];
    for (int i = 0; i < rewards.length; i++) {
      float[] numbers = rows.get(i);
      rewards[i] = numbers[numbers.length - 2];
      terminated[i] = numbers[numbers.length - 1] == 1;
    }
    return new Transitions(
        name, columns(0, s), columns(s, a), rewards, columns(s + a, s), terminated);
  }

  private Columns columns(int from, int width) {
    float[] values = new float[Math.multiplyExact(rows.size(), width)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), from, values, i * width, width);
    }
    return new Columns(width, values);
  }
}
