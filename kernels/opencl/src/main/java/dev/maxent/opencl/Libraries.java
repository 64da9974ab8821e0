package dev.maxent.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What OpenCL needs of the system: the loader, and for NVIDIA four files of the driver. */
final class Libraries {
  /** Property: path or name of the OpenCL loader. */
  static final String PROPERTY = "maxent.opencl.loader";

  private static final String NVIDIA_OPENCL = "libnvidia-opencl.so.1";

  private static final List<String> NVIDIA =
      List.of(
          "libcuda.so.1", NVIDIA_OPENCL, "libnvidia-nvvm.so.4", "libnvidia-ptxjitcompiler.so.1");

  private Libraries() {}

  /**
   * Whether the OpenCL loader can be loaded; without it JOCL would only throw linkage errors. It
   * stays loaded: JOCL asks for it by name only, and so gets this one wherever it lies.
   */
  @SuppressWarnings("restricted")
  static boolean haveLoader() {
    try {
      return SymbolLookup.libraryLookup(loader(), Arena.global())
          .find("clGetPlatformIDs")
          .isPresent();
    } catch (IllegalArgumentException absent) {
      return false;
    }
  }

  /** The loader's file; the property is for one in an unusual place. */
  static String loader() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return named;
    }
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("mac")) {
      return "/System/Library/Frameworks/OpenCL.framework/OpenCL";
    }
    return os.contains("windows") ? "OpenCL.dll" : "libOpenCL.so.1";
  }

  /** What would make platforms appear, from what lies about. */
  static String remedyForNoPlatform() {
    String nvidia = remedyForNvidia();
    return nvidia == null
        ? "install a driver: pocl-opencl-icd for CPUs, or the GPU maker's OpenCL driver"
        : nvidia;
  }

  /** What would make NVIDIA's platform appear; null where nothing of its driver is there. */
  static String remedyForNvidia() {
    List<String> missing = new ArrayList<>();
    String opencl = null;
    for (String name : NVIDIA) {
      Path path = find(name);
      if (path == null) {
        missing.add(name);
      } else if (name.equals(NVIDIA_OPENCL)) {
        opencl = path.toString();
      }
    }
    if (missing.size() == NVIDIA.size()) {
      return null;
    }
    if (!missing.isEmpty()) {
      return "of NVIDIA's driver "
          + String.join(", ", missing)
          + " cannot be found; all of "
          + String.join(", ", NVIDIA)
          + " must be there, of one version";
    }
    return "NVIDIA's driver is there but not registered: write "
        + opencl
        + " to /etc/OpenCL/vendors/nvidia.icd, or set OCL_ICD_VENDORS (of the loader ocl-icd) or"
        + " OCL_ICD_FILENAMES (of Khronos's) to that path";
  }

  private static Path find(String name) {
    for (String folder : folders()) {
      Path path = Path.of(folder, name);
      if (Files.exists(path)) {
        return path;
      }
    }
    return null;
  }

  private static Set<String> folders() {
    Set<String> folders = new LinkedHashSet<>();
    String path = System.getenv("LD_LIBRARY_PATH");
    if (path != null) {
      for (String folder : path.split(":", -1)) {
        if (!folder.isBlank()) {
          folders.add(folder);
        }
      }
    }
    folders.addAll(
        List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/usr/local/nvidia/lib64",
            "/usr/local/nvidia/lib",
            "/usr/lib/wsl/lib"));
    return folders;
  }
}
