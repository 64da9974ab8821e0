package dev.maxent.benchmarks;

import java.nio.file.Path;
import java.util.Locale;

/** The option for a picture, without any class that needs java.desktop. */
final class PictureFile {
  private PictureFile() {}

  /** Refuses a target that cannot be drawn to, before any work is done for it; null is fine. */
  static void check(Path picture) {
    if (picture == null) {
      return;
    }
    AtomicFile.check("--picture", picture);
    if (!picture.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw InputException.argument("--picture", picture, "a name that ends in .png");
    }
    if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
      throw InputException.argument(
          "--picture", picture, "none, as this Java has no java.desktop; a bundle leaves it out");
    }
  }
}
