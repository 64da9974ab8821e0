package dev.maxent.benchmarks;

import dev.maxent.environment.TabularMdp;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The transition tables of {@code data/}, which travel inside the jar, and how they look. */
enum BundledTables {
  FROZEN_LAKE_4X4("frozen-lake-4x4", 4, 4, Moves.LEFT_DOWN_RIGHT_UP),
  FROZEN_LAKE_8X8("frozen-lake-8x8", 8, 8, Moves.LEFT_DOWN_RIGHT_UP),
  CLIFF_WALKING("cliff-walking", 4, 12, Moves.UP_RIGHT_DOWN_LEFT),
  TAXI("taxi-v4", 0, 0, null);

  private final String title;
  private final int rows;
  private final int columns;
  private final Moves moves;

  BundledTables(String title, int rows, int columns, Moves moves) {
    this.title = title;
    this.rows = rows;
    this.columns = columns;
    this.moves = moves;
  }

  private Optional<Grid> grid() {
    return moves == null ? Optional.empty() : Optional.of(new Grid(rows, columns, moves));
  }

  /** What action numbers mean on a grid; the order differs among Gymnasium's environments. */
  enum Moves {
    LEFT_DOWN_RIGHT_UP("←↓→↑", "<v>^"),
    UP_RIGHT_DOWN_LEFT("↑→↓←", "^>v<");

    private final String arrows;
    private final String plain;

    Moves(String arrows, String plain) {
      this.arrows = arrows;
      this.plain = plain;
    }

    char arrow(int action, boolean unicode) {
      return (unicode ? arrows : plain).charAt(action);
    }
  }

  /** States laid out row by row. */
  record Grid(int rows, int columns, Moves moves) {}

  /** A table with the name that it goes by and the grid that it is known to be. */
  record Table(String name, TabularMdp mdp, Optional<Grid> grid) {}

  static List<String> titles() {
    return List.of(values()).stream().map(table -> table.title).toList();
  }

  /** Reads a file, or a bundled table by its name. */
  static Table read(String nameOrFile) throws IOException {
    Path file = path(nameOrFile);
    Optional<BundledTables> known = known(file.getFileName());
    if (Files.isDirectory(file)) {
      throw InputException.argument("FILE", nameOrFile, "a file, this is a folder");
    }
    if (Files.exists(file)) {
      if (!Files.isReadable(file)) {
        throw InputException.argument("FILE", nameOrFile, "a file that can be read");
      }
      TabularMdp mdp = TabularMdp.read(file);
      return new Table(
          nameOrFile, mdp, known.flatMap(BundledTables::grid).filter(grid -> fits(grid, mdp)));
    }
    if (known.isEmpty() || file.getNameCount() > 1) {
      throw InputException.argument(
          "FILE", nameOrFile, "a file, or one of " + String.join(", ", titles()));
    }
    return known.get().open();
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException wrong) {
      throw new InputException("FILE = " + text + ": expected a file name", wrong);
    }
  }

  private static Optional<BundledTables> known(Path fileName) {
    String name = String.valueOf(fileName).replaceFirst("\\.csv$", "");
    return List.of(values()).stream().filter(table -> table.title.equals(name)).findFirst();
  }

  private static boolean fits(Grid grid, TabularMdp mdp) {
    return mdp.states() == grid.rows() * grid.columns() && mdp.actions() == 4;
  }

  private Table open() throws IOException {
    String resource = "data/" + title + ".csv";
    try (InputStream bytes = BundledTables.class.getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new IOException("this build of maxent lacks its resource " + resource);
      }
      Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8);
      TabularMdp mdp = TabularMdp.read(title, text, TabularMdp.builder());
      return new Table(title + " (bundled)", mdp, grid());
    }
  }
}
