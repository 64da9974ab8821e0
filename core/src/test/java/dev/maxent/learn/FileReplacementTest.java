package dev.maxent.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maxent.learn.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What saving a network leaves in the file system. */
class FileReplacementTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("q.safetensors");
  }

  private static void save(Path to) throws IOException {
    Map<String, Tensor> tensors = Map.of("w", new Tensor(List.of(1L), new float[] {3}));
    new SafeTensors(Map.of(), tensors).write(to);
  }

  @Test
  void savesWhereALinkLeadsAheadOfItsFile() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    save(second);
    assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(second));
    assertEquals(1, SafeTensors.read(file).tensors().size());
    Path round = Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
    assertThrows(IOException.class, () -> save(round));
    assertTrue(Files.isSymbolicLink(round));
  }

  @Test
  void keepsPermissions() throws IOException {
    save(file);
    assumeTrue(
        Files.getFileStore(file).supportsFileAttributeView("posix"), "no POSIX permissions here");
    for (String mode : List.of("rw-------", "r--r--r--", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      save(file);
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }
}
