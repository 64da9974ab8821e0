package dev.maxent.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The native libraries of a bundle: JOCL's out of the jar, and the machine's OpenCL loader. */
final class BundleLibraries {
  /** The loader, under the name that JOCL's library asks for. */
  static final String LOADER = "libOpenCL.so.1";

  private BundleLibraries() {}

  /** Unpacks JOCL's library, so that hosts need no writable temporary folder for it. */
  static void unpackJocl(Path jar, Path folder) throws IOException {
    String arch = System.getProperty("os.arch");
    String ending = "-linux-" + (arch.equals("aarch64") ? "arm64" : "x86_64") + ".so";
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> found =
          zip.stream()
              .filter(e -> e.getName().startsWith("lib/libJOCL") && e.getName().endsWith(ending))
              .toList();
      for (ZipEntry entry : found) {
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, folder.resolve(entry.getName().substring("lib/".length())));
        }
      }
    }
  }

  /** Copies the loader that this machine's own linker finds, if any, and says where it was. */
  static Optional<Path> copyLoader(Path folder) throws IOException {
    Optional<Path> loader = findLoader();
    if (loader.isPresent()) {
      Files.copy(loader.get(), folder.resolve(LOADER));
    }
    return loader;
  }

  /** Loading it and looking where it came from honours every way of configuring the linker. */
  @SuppressWarnings("restricted")
  private static Optional<Path> findLoader() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      if (SymbolLookup.libraryLookup(LOADER, arena).find("clGetPlatformIDs").isEmpty()) {
        return Optional.empty();
      }
      try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
        return maps.filter(line -> line.contains("/libOpenCL.so"))
            .map(line -> Path.of(line.substring(line.indexOf('/'))))
            .findFirst();
      }
    } catch (IllegalArgumentException absent) {
      return Optional.empty();
    }
  }
}
