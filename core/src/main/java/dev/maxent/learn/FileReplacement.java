package dev.maxent.learn;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files whole or not at all: beside the old file under another name, then moved over it.
 * What a link points to is written, there yet or not, and the link stays. The new file has the old
 * one's permissions, where the file system has those of POSIX; owner and group are the writer's.
 */
public final class FileReplacement {
  /** As many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private FileReplacement() {}

  /** Fills a file. */
  @FunctionalInterface
  public interface Filling {
    /**
     * Writes what the file is to hold.
     *
     * @param part an empty file
     * @throws IOException if it cannot be written; the old file then stays
     */
    void fill(Path part) throws IOException;
  }

  /**
   * Where a name leads.
   *
   * @param file a name in a folder that exists; a file, a link, or nothing yet
   * @return the absolute name of what is written, no link
   * @throws IOException if the folder does not exist, or links lead round in a circle
   */
  public static Path target(Path file) throws IOException {
    Path at = file.toAbsolutePath();
    // Not toRealPath: there may be nothing yet where a link leads.
    for (int links = 0; Files.isSymbolicLink(at); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    Path folder = at.getParent();
    return folder == null ? at : folder.toRealPath().resolve(at.getFileName());
  }

  /**
   * A name for a part: whoever writes there too, in this process or not, has another.
   *
   * @param target what is to be written
   * @return a name beside it, no longer for a longer one
   */
  public static Path part(Path target) {
    return target.resolveSibling(".maxent-" + UUID.randomUUID());
  }

  /**
   * Writes the whole file, or leaves what was there.
   *
   * @param file where to
   * @param filling writes it
   * @throws IOException if it cannot be written
   */
  public static void replace(Path file, Filling filling) throws IOException {
    Path target = target(file);
    Path part = part(target);
    Set<PosixFilePermission> permissions = permissions(target);
    try {
      if (permissions == null) {
        Files.createFile(part);
      } else {
        // So from the start: nobody is to read in the part what the file would not show.
        Set<PosixFilePermission> own = EnumSet.of(PosixFilePermission.OWNER_WRITE);
        own.addAll(permissions);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(own));
      }
      filling.fill(part);
      if (permissions != null) {
        Files.setPosixFilePermissions(part, permissions);
      }
      // Without it Java may delete the old file first, and lose both if the move then fails.
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Those of a file that is there; null without it, or where files have none. */
  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view == null || !Files.exists(file) ? null : view.readAttributes().permissions();
  }
}
