package dev.maxent.benchmarks;

import dev.maxent.environment.TabularMdp;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;

/** The transition tables of {@code data/}, which travel inside the jar, and how they look. */
enum BundledTables {
  FROZEN_LAKE_4X4("frozen-lake-4x4", 4, 4),
  FROZEN_LAKE_8X8("frozen-lake-8x8", 8, 8),
  CLIFF_WALKING("cliff-walking", 4, 12),
  TAXI("taxi-v4", 0, 0);

  private final String title;
  private final int rows;
  private final int columns;

  BundledTables(String title, int rows, int columns) {
    this.title = title;
    this.rows = rows;
    this.columns = columns;
  }

  private Optional<Grid> grid() {
    return rows == 0 ? Optional.empty() : Optional.of(new Grid(rows, columns));
  }

  /** States laid out row by row. */
  record Grid(int rows, int columns) {}

  /** A table with the name that it goes by and the grid that it is known to be. */
  record Table(String name, TabularMdp mdp, Optional<Grid> grid) {}

  static List<String> titles() {
    return List.of(values()).stream().map(table -> table.title).toList();
  }

  /** Reads a file, or a bundled table by its name. */
  static Table read(String nameOrFile) throws IOException {
    Optional<Path> file = InputFile.existing(nameOrFile);
    Path path = InputFile.path(nameOrFile);
    Optional<BundledTables> known = known(path.getFileName());
    if (file.isPresent()) {
      try (InputStream bytes = Files.newInputStream(file.get())) {
        TabularMdp mdp = parse(nameOrFile, bytes);
        return new Table(
            nameOrFile, mdp, known.flatMap(BundledTables::grid).filter(grid -> fits(grid, mdp)));
      }
    }
    if (known.isEmpty() || path.getNameCount() > 1) {
      throw InputFile.unknown(nameOrFile, titles());
    }
    return known.get().open();
  }

  private static TabularMdp parse(String name, InputStream bytes) throws IOException {
    try (Reader text = InputFile.text(bytes)) {
      return TabularMdp.read(name, text, TabularMdp.builder());
    } catch (EOFException problem) {
      throw new InputException(name + ": its compressed data end early", problem);
    } catch (ZipException problem) {
      throw new InputException(
          name + ": its compressed data are damaged: " + problem.getMessage(), problem);
    } catch (CharacterCodingException problem) {
      throw new InputException(name + ", line 1: the bytes are not UTF-8 text", problem);
    }
  }

  private static Optional<BundledTables> known(Path fileName) {
    String name = String.valueOf(fileName).replaceFirst("\\.csv(\\.gz)?$", "");
    return List.of(values()).stream().filter(table -> table.title.equals(name)).findFirst();
  }

  private static boolean fits(Grid grid, TabularMdp mdp) {
    return mdp.states() == grid.rows() * grid.columns();
  }

  private Table open() throws IOException {
    String resource = "data/" + title + ".csv";
    try (InputStream bytes = BundledTables.class.getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new IOException("this build of maxent lacks its resource " + resource);
      }
      return new Table(title + " (bundled)", parse(title, bytes), grid());
    }
  }
}
