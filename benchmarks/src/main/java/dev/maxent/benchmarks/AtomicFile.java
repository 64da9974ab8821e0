package dev.maxent.benchmarks;

import dev.maxent.learn.FileReplacement;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Outputs of commands, checked before any work and written by {@link FileReplacement}. */
final class AtomicFile {
  private AtomicFile() {}

  /** Writes text to a writer. */
  @FunctionalInterface
  interface Content {
    void writeTo(Writer writer) throws IOException;
  }

  /** Refuses a target that cannot be written, before any work is done for it. */
  static void check(String option, Path target) {
    if (target.toString().isBlank()) {
      throw InputException.argument(option, "'" + target + "'", "a file name");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw InputException.argument(option, target, "a file, this is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw InputException.argument(option, target, "a file in a folder that exists");
    }
    try {
      // A device or a pipe would be replaced by a file.
      if (!Files.readAttributes(target, BasicFileAttributes.class).isRegularFile()) {
        throw InputException.argument(option, target, "a regular file");
      }
    } catch (NoSuchFileException fine) {
      // It is to be made.
    } catch (IOException wrong) {
      throw new InputException(
          option + " = " + target + ": expected a file name: " + Words.reason(wrong), wrong);
    }
    try {
      // Tried, as permissions say too little: root may write everywhere but on read-only disks.
      Path part = FileReplacement.part(FileReplacement.target(target));
      Files.createFile(part);
      Files.delete(part);
    } catch (IOException wrong) {
      throw new InputException(
          option
              + " = "
              + target
              + ": expected a file in a folder that can be written: "
              + Words.reason(wrong),
          wrong);
    }
  }

  /** Refuses two outputs of one command that are one file; either may be null. */
  static void checkDistinct(String option, Path target, String otherOption, Path other)
      throws IOException {
    if (target != null
        && other != null
        && FileReplacement.target(target).equals(FileReplacement.target(other))) {
      throw InputException.argument(option, target, "another file than " + otherOption + "'s");
    }
  }

  /** Writes the whole content, or leaves what was there. */
  static void write(Path target, Content content) throws IOException {
    FileReplacement.replace(
        target,
        part -> {
          try (Writer writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            content.writeTo(writer);
          }
        });
  }

  /** Writes all bytes, or leaves what was there. */
  static void writeBytes(Path target, byte[] content) throws IOException {
    FileReplacement.replace(target, part -> Files.write(part, content));
  }
}
