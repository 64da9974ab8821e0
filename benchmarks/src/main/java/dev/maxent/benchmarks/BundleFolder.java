package dev.maxent.benchmarks;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes a folder whole or not at all: under another name beside its place, then renamed. Replaces
 * an earlier bundle, and nothing else.
 */
final class BundleFolder implements AutoCloseable {
  /** The runtime's folder in a bundle. */
  static final String RUNTIME = "jre";

  /** The jar's and the native libraries' folder. */
  static final String LIBRARIES = "lib";

  /** What a user starts. */
  static final String LAUNCHER = "maxent";

  /** What a user reads; its first words tell a bundle from other folders. */
  static final String README = "README.txt";

  private static final String FIRST_WORDS = "MaxEnt Kernels bundle";

  private static final int ATTEMPTS = 100;

  private final Path target;
  private final Path part;

  private BundleFolder(Path target, Path part) {
    this.target = target;
    this.part = part;
  }

  /** Refuses a place that cannot be written or holds something else. */
  static void check(String option, Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw InputException.argument(option, target, "a folder in a folder that exists");
    }
    if (!Files.isWritable(folder)) {
      throw InputException.argument(option, target, "a folder in a folder that can be written");
    }
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS) && !isBundle(absolute)) {
      throw InputException.argument(
          option, target, "a new folder or an earlier bundle with nothing added to it");
    }
  }

  /** Whether a bundle is all that is there: what a user put beside it must not be lost. */
  private static boolean isBundle(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(folder.resolve(README))
        || !Files.readString(folder.resolve(README)).startsWith(FIRST_WORDS)) {
      return false;
    }
    Set<String> own = Set.of(RUNTIME, LIBRARIES, LAUNCHER, README);
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.allMatch(entry -> own.contains(entry.getFileName().toString()));
    }
  }

  /** An empty folder beside the target; it goes when the process does, Ctrl-C included. */
  static BundleFolder beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path part = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID());
    BundleFolder made = new BundleFolder(absolute, Files.createDirectory(part));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(made::abandon));
    return made;
  }

  /** Where to put things until they are complete. */
  Path path() {
    return part;
  }

  /** Puts the folder in its place. */
  void publish() throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Path old = part.resolveSibling(part.getFileName() + ".old");
      Files.move(target, old);
      Files.move(part, target);
      delete(old);
    } else {
      Files.move(part, target);
    }
  }

  /** The sizes of all files below, added up. */
  static long bytes(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      long sum = 0;
      for (Path file : files) {
        sum += Files.size(file);
      }
      return sum;
    }
  }

  /** Removes what was not published. */
  @Override
  public void close() throws IOException {
    if (Files.exists(part)) {
      delete(part);
    }
  }

  /** The same while a thread may still be writing there, so again until all is gone. */
  private void abandon() {
    boolean gone = false;
    for (int attempt = 0; !gone && attempt < ATTEMPTS; attempt++) {
      try {
        close();
        gone = true;
      } catch (IOException stillWritten) {
        gone = false;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
