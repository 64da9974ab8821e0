package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Built programs on disk: found again, never trusted when damaged, never in the way. */
class BinaryCacheTest {
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};
  private static final String KEY = "0123456789abcdef";
  private static final String SOURCE = "__kernel void f(__global int *x) { x[0] = 7; }\n";

  private final String before = System.getProperty(BinaryCache.PROPERTY);

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void use() {
    folder = parent.resolve("deep").resolve("programs");
    System.setProperty(BinaryCache.PROPERTY, folder.toString());
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(BinaryCache.PROPERTY);
    } else {
      System.setProperty(BinaryCache.PROPERTY, before);
    }
  }

  private static OpenClDevice device(String name, String driver) {
    return new OpenClDevice(
        "opencl:0",
        null,
        null,
        "platform",
        name,
        "vendor",
        driver,
        "1.2",
        0,
        1,
        1,
        1,
        1,
        1,
        1,
        false);
  }

  @Test
  void findsWhatWasWritten() {
    BinaryCache cache = BinaryCache.open();
    assertTrue(cache.read(KEY).isEmpty());
    cache.write(KEY, CONTENT);
    assertArrayEquals(CONTENT, cache.read(KEY).orElseThrow());
    assertArrayEquals(CONTENT, BinaryCache.open().read(KEY).orElseThrow());
    cache.write(KEY, new byte[] {9});
    assertArrayEquals(new byte[] {9}, cache.read(KEY).orElseThrow());
    assertEquals(Set.of(KEY), files(), "temporary files stay behind");
  }

  @Test
  void takesNoDamagedEntry() throws IOException {
    BinaryCache cache = BinaryCache.open();
    cache.write(KEY, CONTENT);
    byte[] good = Files.readAllBytes(folder.resolve(KEY));
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(folder.resolve(KEY), bad);
      assertEquals(Optional.empty(), cache.read(KEY), "byte " + i + " changed");
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(folder.resolve(KEY), Arrays.copyOf(good, length));
      assertEquals(Optional.empty(), cache.read(KEY), "cut to " + length);
    }
    cache.write(KEY, CONTENT);
    assertArrayEquals(CONTENT, cache.read(KEY).orElseThrow());
  }

  @Test
  void belongsToTheUserOnly() throws IOException {
    BinaryCache.open().write(KEY, CONTENT);
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
      String file =
          PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(KEY)));
      assertTrue(file.endsWith("------"), file);
    } else {
      System.out.println("not tested without POSIX permissions: those of the cache");
    }
  }

  /** A folder that was there may be others' too: {@code /tmp} must stay everyone's. */
  @Test
  void leavesAnExistingFolderAsItIs() throws IOException {
    Files.createDirectories(folder);
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      BinaryCache.open().write(KEY, CONTENT);
      assertEquals(
          "rwxrwxrwx", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
      assertArrayEquals(CONTENT, BinaryCache.open().read(KEY).orElseThrow());
    } else {
      System.out.println("not tested without POSIX permissions: those of a folder that exists");
    }
  }

  @Test
  void keyHoldsEverythingThatMatters() {
    String key = BinaryCache.key(device("a", "1"), "source", "options");
    assertEquals(key, BinaryCache.key(device("a", "1"), "source", "options"));
    assertNotEquals(key, BinaryCache.key(device("b", "1"), "source", "options"));
    assertNotEquals(key, BinaryCache.key(device("a", "2"), "source", "options"));
    assertNotEquals(key, BinaryCache.key(device("a", "1"), "source ", "options"));
    assertNotEquals(key, BinaryCache.key(device("a", "1"), "source", "options -DX"));
    assertNotEquals(key, BinaryCache.key(device("a", "1"), "ssource", "option"));
    assertTrue(key.matches("[0-9a-f]{64}"), key);
  }

  @Test
  void unusableFolderIsNoError() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "a file in the folder's place");
    BinaryCache cache = BinaryCache.open();
    cache.write(KEY, CONTENT);
    assertTrue(cache.read(KEY).isEmpty());
    System.setProperty(BinaryCache.PROPERTY, "off");
    BinaryCache.open().write(KEY, CONTENT);
    assertTrue(BinaryCache.open().read(KEY).isEmpty());
    assertFalse(Files.exists(Path.of("off")));
  }

  /** A driver that refuses a binary, or a file that is no binary at all, means building again. */
  @Test
  void deviceBuildsAgainWhatItCannotLoad() throws IOException {
    Needed.opencl();
    build();
    Set<String> keys = files();
    byte[] nonsense = "no binary of any driver".getBytes(StandardCharsets.UTF_8);
    for (String key : keys) {
      BinaryCache.open().write(key, nonsense);
    }
    build();
    assertEquals(keys, files());
    for (String key : keys) {
      byte[] now = BinaryCache.open().read(key).orElseThrow();
      assertFalse(Arrays.equals(nonsense, now), "was not built again");
    }
  }

  private void build() {
    try (OpenClBackend backend = (OpenClBackend) new OpenClProvider().open("opencl:0")) {
      backend.queue().programs().build(SOURCE, "");
      backend.queue().programs().build(SOURCE, "-DX");
      assertEquals(3, files().size(), "memory.cl, the source, the source with a macro");
    }
  }

  private Set<String> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
