package dev.maxent.opencl;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Built programs on disk, one file per device, driver, source and options. A file is its content's
 * SHA-256 followed by the content, so that one that is damaged is rebuilt, not trusted; it is put
 * in place by renaming, so that two processes may build the same at once. A folder that it creates
 * only the user may read or write: it holds code that will run. Where there is none, programs are
 * built each time.
 */
final class BinaryCache {
  /** Property: the folder, or {@code off}. Default: maxent/opencl in the user's cache folder. */
  static final String PROPERTY = "maxent.opencl.cache";

  private static final System.Logger LOG = System.getLogger("dev.maxent.opencl");
  private static final int DIGEST = 32;

  private final Path folder;

  private BinaryCache(Path folder) {
    this.folder = folder;
  }

  /** The cache that the property or the environment names; it may turn out to be unusable. */
  static BinaryCache open() {
    String property = System.getProperty(PROPERTY);
    if (property != null) {
      return at(property.equals("off") ? null : Path.of(property));
    }
    String caches = System.getenv("XDG_CACHE_HOME");
    Path root =
        caches == null || caches.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(caches);
    return at(root.resolve("maxent").resolve("opencl"));
  }

  private static BinaryCache at(Path folder) {
    if (folder == null) {
      return new BinaryCache(null);
    }
    try {
      create(folder);
      return new BinaryCache(folder);
    } catch (IOException | SecurityException unusable) {
      LOG.log(Level.DEBUG, () -> "no cache of built programs in " + folder + ": " + unusable);
      return new BinaryCache(null);
    }
  }

  /** One that exists keeps its permissions: it may be others' as well, as /tmp is. */
  private static void create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.toAbsolutePath().getParent() != null) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
    }
    try {
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(folder);
      }
    } catch (FileAlreadyExistsException raced) {
      if (!Files.isDirectory(folder)) {
        throw raced;
      }
    }
  }

  /** A name for a program: everything that its binary depends on. */
  static String key(OpenClDevice device, String source, String options) {
    String all =
        String.join(
            "\0",
            device.platform(),
            device.name(),
            device.version(),
            device.driver(),
            options,
            source);
    return HexFormat.of().formatHex(digest(all.getBytes(StandardCharsets.UTF_8)));
  }

  /** The binary, if it is there and whole. */
  Optional<byte[]> read(String key) {
    if (folder == null) {
      return Optional.empty();
    }
    try {
      byte[] file = Files.readAllBytes(folder.resolve(key));
      if (file.length > DIGEST) {
        byte[] content = Arrays.copyOfRange(file, DIGEST, file.length);
        if (MessageDigest.isEqual(digest(content), Arrays.copyOf(file, DIGEST))) {
          return Optional.of(content);
        }
      }
      LOG.log(Level.DEBUG, () -> "damaged binary " + key + " is built again");
    } catch (IOException absent) {
      // Built for the first time.
    }
    return Optional.empty();
  }

  /** Keeps a binary; failing to is no error. */
  void write(String key, byte[] content) {
    if (folder == null || content.length == 0) {
      return;
    }
    try {
      Path temporary = Files.createTempFile(folder, key.substring(0, 8), ".tmp");
      try {
        byte[] file = Arrays.copyOf(digest(content), DIGEST + content.length);
        System.arraycopy(content, 0, file, DIGEST, content.length);
        Files.write(temporary, file);
        Files.move(
            temporary,
            folder.resolve(key),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException failure) {
      LOG.log(Level.DEBUG, () -> "binary " + key + " was not kept: " + failure);
    }
  }

  private static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
