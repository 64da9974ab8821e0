package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void refuses(Path target, String expected) {
    InputException refused =
        assertThrows(InputException.class, () -> AtomicFile.check("--output", target));
    String start = "--output = " + target + ": expected " + expected;
    assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
  }

  @Test
  void replacesWholeOrNotAtAll() throws IOException {
    Path file = folder.resolve("f");
    AtomicFile.check("--output", file);
    assertEquals(List.of(), names());
    AtomicFile.write(file, writer -> writer.write("one"));
    AtomicFile.check("--output", file);
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                file,
                writer -> {
                  writer.write("half");
                  throw new IOException("disk full");
                }));
    assertEquals("one", Files.readString(file));
    assertEquals(List.of("f"), names());
  }

  /** A part's name must not grow with the target's. */
  @Test
  void takesTheLongestNames() throws IOException {
    Path longest = folder.resolve("n".repeat(255));
    AtomicFile.check("--output", longest);
    AtomicFile.write(longest, writer -> writer.write("fits"));
    assertEquals("fits", Files.readString(longest));
    refuses(folder.resolve("n".repeat(256)), "a file name: ");
  }

  @Test
  void writesWhatALinkPointsTo() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    Path file = Files.writeString(there.resolve("f"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    AtomicFile.check("--output", link);
    AtomicFile.write(link, writer -> writer.write("new"));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
    assertThrows(
        InputException.class, () -> AtomicFile.checkDistinct("--picture", link, "--output", file));
    AtomicFile.checkDistinct("--picture", link, "--output", folder.resolve("f"));
    AtomicFile.checkDistinct("--picture", null, "--output", file);
  }

  @Test
  void writesWhereALinkLeadsAheadOfItsFile() throws IOException {
    Path file = folder.resolve("file");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
    AtomicFile.check("--output", link);
    AtomicFile.write(link, writer -> writer.write("new"));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void refusesWhatIsNoFile() {
    refuses(folder, "a file, this is a folder");
    refuses(folder.resolve("no/f"), "a file in a folder that exists");
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "there is no " + device);
    refuses(device, "a regular file");
  }
}
