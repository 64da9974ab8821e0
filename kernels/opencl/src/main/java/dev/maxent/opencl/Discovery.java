package dev.maxent.opencl;

import dev.maxent.backend.Availability;
import dev.maxent.backend.BackendCandidate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * Asks every OpenCL platform for its devices. Runs on a thread of its own that is given up on when
 * a driver hangs. What was found stays for the life of the process: handles remain valid, and ids
 * must not change under a program's feet.
 */
final class Discovery {
  private static final long PATIENCE_MILLIS = 60_000;

  /** JOCL's: unpack the native library to a file of this process, which no other is writing. */
  private static final String UNIQUE_NAMES = "uniqueLibraryNames";

  private static final String REPORT = "please report this with the output of './maxent doctor'";

  private static final int GPU_RANK = 300;
  private static final int OTHER_RANK = 150;
  private static final int CPU_RANK = 100;

  /** Name of the platform of NVIDIA's own driver; others drive its GPUs too. */
  static final String NVIDIA_CUDA = "NVIDIA CUDA";

  private static final Search<Discovery> SEARCH =
      new Search<>("opencl-discovery", Discovery::search);

  /** A successful answer; failures are asked again. */
  private static Discovery known;

  private final Map<String, OpenClDevice> devices = new LinkedHashMap<>();
  private final List<BackendCandidate> candidates = new ArrayList<>();

  private boolean nvidiaSeen;

  private Discovery() {}

  List<BackendCandidate> candidates() {
    return List.copyOf(candidates);
  }

  /** The device with this id, or null. */
  OpenClDevice device(String id) {
    return devices.get(id);
  }

  /** Looks now, or answers what an earlier look found. */
  static synchronized Discovery run() {
    if (known != null) {
      return known;
    }
    if (!Libraries.haveLoader()) {
      return nothing(
          "the OpenCL loader " + Libraries.loader() + " cannot be loaded",
          "install it, for example ocl-icd-libopencl1, or add its folder to LD_LIBRARY_PATH");
    }
    Discovery result;
    try {
      result = SEARCH.ask(PATIENCE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return nothing("the search for devices was interrupted", "try again");
    }
    if (result == null) {
      return nothing(
          "an OpenCL driver did not answer within " + PATIENCE_MILLIS / 1000 + " s",
          "see whether clinfo hangs as well; remove the driver's .icd file");
    }
    if (!result.devices.isEmpty()) {
      known = result;
    }
    return result;
  }

  private static Discovery nothing(String reason, String remedy) {
    Discovery discovery = new Discovery();
    discovery.unavailable(OpenClProvider.FAMILY, "OpenCL", reason, remedy);
    return discovery;
  }

  private void unavailable(String id, String description, String reason, String remedy) {
    candidates.add(
        new BackendCandidate(id, description, -1, new Availability.Unavailable(reason, remedy)));
  }

  private static Discovery search() {
    if (System.getProperty(UNIQUE_NAMES) == null) {
      System.setProperty(UNIQUE_NAMES, "true");
    }
    try {
      CL.setExceptionsEnabled(true);
      int[] count = new int[1];
      CL.clGetPlatformIDs(0, null, count);
      cl_platform_id[] platforms = new cl_platform_id[count[0]];
      CL.clGetPlatformIDs(platforms.length, platforms, null);
      Discovery discovery = new Discovery();
      for (cl_platform_id platform : platforms) {
        discovery.searchPlatform(platform);
      }
      discovery.missNvidia();
      if (discovery.candidates.isEmpty()) {
        return nothing("no OpenCL platform has a device", Libraries.remedyForNoPlatform());
      }
      return discovery;
    } catch (CLException error) {
      return nothing(
          "there is no OpenCL platform (" + Failure.name(error) + ")",
          Libraries.remedyForNoPlatform());
    } catch (LinkageError error) {
      return nothing(
          "JOCL's native library cannot be used: " + error.getMessage(),
          "JOCL has it for Linux, Windows and macOS on x86-64 and arm64; a writable temporary"
              + " folder is needed");
    } catch (Throwable thrown) {
      return nothing("the search for devices failed: " + thrown, REPORT);
    }
  }

  /**
   * Says so where NVIDIA's driver is on this machine, but its platform is not among those found.
   */
  private void missNvidia() {
    String remedy = nvidiaSeen ? null : Libraries.remedyForNvidia();
    if (remedy != null) {
      unavailable(
          OpenClProvider.FAMILY + ":" + NVIDIA_CUDA, NVIDIA_CUDA, "no such platform", remedy);
    }
  }

  private void searchPlatform(cl_platform_id platform) {
    String name = "platform";
    try {
      name = Query.platformText(platform, CL.CL_PLATFORM_NAME);
      nvidiaSeen |= name.equals(NVIDIA_CUDA);
      if (Signals.wouldBreak(name)) {
        unavailable(
            OpenClProvider.FAMILY + ":" + name,
            name,
            "this driver replaces the JVM's signal handlers",
            Signals.remedy());
        return;
      }
      int[] count = new int[1];
      CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
      cl_device_id[] handles = new cl_device_id[count[0]];
      CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, handles.length, handles, null);
      for (cl_device_id handle : handles) {
        String id = OpenClProvider.FAMILY + ":" + devices.size();
        add(OpenClDevice.of(id, platform, name, handle));
      }
    } catch (CLException error) {
      unavailable(
          OpenClProvider.FAMILY + ":" + name,
          name,
          "platform '" + name + "' gives no device: " + Failure.name(error),
          "see what clinfo says of it");
    } catch (RuntimeException failure) {
      unavailable(
          OpenClProvider.FAMILY + ":" + name,
          name,
          "platform '" + name + "' gives no device: " + failure,
          REPORT);
    }
  }

  private void add(OpenClDevice device) {
    devices.put(device.id(), device);
    int rank = device.isGpu() ? GPU_RANK : device.isCpu() ? CPU_RANK : OTHER_RANK;
    candidates.add(
        new BackendCandidate(
            device.id(), device.description(), rank, new Availability.Available()));
  }
}
