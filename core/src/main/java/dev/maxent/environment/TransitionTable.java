package dev.maxent.environment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads a table of transitions: comma-separated numbers under a header. It is a reader of its own
 * because {@code core} has no dependencies and because the cells are plain numbers, which need no
 * quoting. Lines end in LF or CRLF; blank lines are skipped; spaces around a cell do not count.
 */
final class TransitionTable {
  private static final List<String> COLUMNS =
      List.of("state", "action", "next_state", "probability", "reward", "terminated");

  private final String file;
  private final BufferedReader lines;
  private final TabularMdp.Builder builder;
  private int[] columnOf;
  private int line;

  private TransitionTable(String file, Reader reader, TabularMdp.Builder builder) {
    this.file = file;
    this.lines = new BufferedReader(reader);
    this.builder = builder;
  }

  static TabularMdp read(String file, Reader reader, TabularMdp.Builder builder)
      throws IOException {
    TransitionTable table = new TransitionTable(file, reader, builder);
    try {
      return table.read();
    } catch (CharacterCodingException notText) {
      throw new TableException(file, table.line + 1L, "the bytes are not UTF-8 text");
    }
  }

  private TabularMdp read() throws IOException {
    String header = next();
    if (header == null) {
      throw error("the file is empty: expected the header " + String.join(",", COLUMNS));
    }
    readHeader(header.startsWith("\uFEFF") ? header.substring(1) : header);
    String[] cells = new String[COLUMNS.size()];
    boolean any = false;
    for (String row = next(); row != null; row = next()) {
      split(row, cells);
      addRow(cells);
      any = true;
    }
    if (!any) {
      throw error("there are no rows below the header: expected one per transition");
    }
    try {
      return builder.build();
    } catch (TableException problem) {
      throw problem.in(file, 0);
    }
  }

  private String next() throws IOException {
    String text;
    do {
      text = lines.readLine();
      if (text != null) {
        line++;
      }
    } while (text != null && text.isBlank());
    return text;
  }

  private void readHeader(String header) {
    List<String> names =
        Arrays.stream(header.split(",", -1))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .toList();
    for (String column : COLUMNS) {
      if (!names.contains(column)) {
        throw error("column '" + column + "' is missing: the header is '" + header.strip() + "'");
      }
    }
    columnOf = new int[names.size()];
    boolean[] seen = new boolean[COLUMNS.size()];
    for (int i = 0; i < columnOf.length; i++) {
      int column = COLUMNS.indexOf(names.get(i));
      if (column < 0 || seen[column]) {
        throw error(
            "column '%s' is %s: expected %s, each once"
                .formatted(
                    names.get(i),
                    column < 0 ? "not known" : "there twice",
                    String.join(", ", COLUMNS)));
      }
      seen[column] = true;
      columnOf[i] = column;
    }
  }

  private void split(String row, String[] cells) {
    int start = 0;
    for (int i = 0; i < columnOf.length; i++) {
      int comma = row.indexOf(',', start);
      boolean last = i == columnOf.length - 1;
      if (last != (comma < 0)) {
        throw error(
            "the row has %d cells: expected %d"
                .formatted(row.split(",", -1).length, columnOf.length));
      }
      cells[columnOf[i]] = row.substring(start, last ? row.length() : comma).strip();
      start = comma + 1;
    }
  }

  private void addRow(String[] cells) {
    int state = integer(0, cells);
    int action = integer(1, cells);
    int nextState = integer(2, cells);
    double probability = number(3, cells);
    double reward = number(4, cells);
    boolean terminated = flag(5, cells);
    try {
      builder.add(state, action, nextState, probability, reward, terminated, line);
    } catch (TableException problem) {
      throw problem.in(file, line);
    }
  }

  private int integer(int column, String[] cells) {
    try {
      return Integer.parseInt(cells[column]);
    } catch (NumberFormatException notNumber) {
      throw cell(column, cells, "a whole number from 0 to " + TabularMdp.MAX_INDEX);
    }
  }

  private double number(int column, String[] cells) {
    try {
      return Double.parseDouble(cells[column]);
    } catch (NumberFormatException notNumber) {
      throw cell(column, cells, "a number");
    }
  }

  private boolean flag(int column, String[] cells) {
    return switch (cells[column].toLowerCase(Locale.ROOT)) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default -> throw cell(column, cells, "0, 1, true or false");
    };
  }

  private TableException cell(int column, String[] cells, String expected) {
    return error("%s = '%s': expected %s".formatted(COLUMNS.get(column), cells[column], expected));
  }

  private TableException error(String detail) {
    return new TableException(file, line, detail);
  }
}
