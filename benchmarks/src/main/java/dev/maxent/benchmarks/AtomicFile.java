package dev.maxent.benchmarks;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes files whole or not at all: beside the target under another name, then moved over it. */
final class AtomicFile {
  private AtomicFile() {}

  /** Writes text to a writer. */
  @FunctionalInterface
  interface Content {
    void writeTo(Writer writer) throws IOException;
  }

  /** Refuses a target that cannot be written, before any work is done for it. */
  static void check(String option, Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw InputException.argument(option, target, "a file, this is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw InputException.argument(option, target, "a file in a folder that exists");
    }
    if (!Files.isWritable(folder)) {
      throw InputException.argument(option, target, "a file in a folder that can be written");
    }
  }

  /** Writes the whole content, or leaves what was there. */
  static void write(Path target, Content content) throws IOException {
    replace(
        target,
        part -> {
          try (Writer writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            content.writeTo(writer);
          }
        });
  }

  /** Writes all bytes, or leaves what was there. */
  static void writeBytes(Path target, byte[] content) throws IOException {
    replace(target, part -> Files.write(part, content));
  }

  /** Fills a file. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path part) throws IOException;
  }

  private static void replace(Path target, Filling filling) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    // Not createTempFile: its owner-only permissions would stay with the finished file.
    Path part = folder.resolve("." + absolute.getFileName() + "." + UUID.randomUUID());
    try {
      filling.fill(part);
      Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
