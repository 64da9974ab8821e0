package dev.maxent.benchmarks.peers;

import dev.maxent.benchmarks.peer.Peer;
import dev.maxent.benchmarks.peer.PeerSession;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch on the CPU in eager mode, called in this JVM through the JavaCPP presets. It times the
 * catalogue's benchmark cases only: PyTorch has other conventions for special values.
 */
public final class PyTorchPeer implements Peer {
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([^,\\s]+)");

  /** What {@code maxent} sets before this process starts, as the C library reads it only then. */
  private static final List<String> MALLOC =
      List.of("MALLOC_ARENA_MAX", "MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_");

  static {
    // Before any class of JavaCPP loads. Otherwise it keeps every temporary in a global list, and
    // throws OutOfMemoryError once the process is larger than four times the Java heap.
    setDefault("org.bytedeco.javacpp.noPointerGC", "true");
    setDefault("org.bytedeco.javacpp.maxBytes", "0");
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
  }

  private int threads;

  /** For {@link java.util.ServiceLoader}; loads nothing yet. */
  public PyTorchPeer() {}

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public String version() {
    String built = configuration();
    Matcher matcher = VERSION.matcher(built);
    return "PyTorch %s (JavaCPP build, %s, eager), %d threads"
        .formatted(
            matcher.find() ? matcher.group(1) : "of unknown version",
            built.contains("USE_MKL=ON") ? "MKL" : "OpenBLAS, no MKL",
            threads);
  }

  @Override
  public List<String> notes() {
    String malloc =
        MALLOC.stream().allMatch(name -> System.getenv(name) != null)
            ? "malloc keeps freed memory (MALLOC_* set by maxent): large temporaries would cost"
                + " PyTorch 3 to 5 times its time in page faults"
            : "WARNING: slowed down by page faults, as MALLOC_* is not set: start it with ./maxent";
    return List.of(
        malloc,
        "x = q / alpha + log w, masked; what a case does not have, such as an alpha other than 1,"
            + " is left out");
  }

  @Override
  public void threads(int count) {
    threads = count;
    Loader.load(torch.class);
    torch.initLogging(); // reads TORCH_CPP_LOG_LEVEL
    torch.set_num_threads(count);
  }

  @Override
  public List<PeerSession> open(KernelCase kernelCase, Inputs inputs) {
    if (!kernelCase.purposes().contains(Purpose.BENCHMARK)) {
      return List.of();
    }
    torch.manual_seed(kernelCase.defaultSeed());
    List<PeerSession> sessions = new ArrayList<>();
    try {
      for (TorchExpression expression : expressions(kernelCase, inputs)) {
        boolean inPlace = expression.outputs().stream().anyMatch(inputs::has);
        sessions.add(new TorchSession(expression, inPlace, true));
      }
      return sessions;
    } catch (RuntimeException | Error failure) {
      sessions.forEach(PeerSession::close);
      throw failure;
    }
  }

  private static List<TorchExpression> expressions(KernelCase kernelCase, Inputs inputs) {
    return switch (kernelCase.family()) {
      case "soft-value" ->
          SoftValueExpressions.of(
              kernelCase.operation(), List.copyOf(kernelCase.tolerances().keySet()), inputs);
      case "tabular" -> TabularExpressions.of(kernelCase.operation(), inputs);
      case "random" -> RandomExpressions.of(kernelCase, inputs);
      case "stein" -> SteinExpressions.of(kernelCase, inputs);
      case "network" -> NetworkExpressions.of(kernelCase, inputs);
      default -> List.of();
    };
  }

  /** PyTorch's own words on its build. */
  private static String configuration() {
    try (BytePointer words = torch.show_config()) {
      return words.getString();
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
