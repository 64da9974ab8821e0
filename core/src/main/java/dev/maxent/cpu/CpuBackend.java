package dev.maxent.cpu;

import dev.maxent.backend.BackendInfo;
import dev.maxent.backend.HostArray;
import dev.maxent.backend.HostBackend;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.TabularKernels;
import java.util.LinkedHashMap;
import java.util.Map;

/** Float32 on the host's own cores; operations are done when they return. */
final class CpuBackend extends HostBackend {
  private final CpuEngine engine;
  private final BackendInfo info;
  private final SoftValueKernels softValue;
  private final TabularKernels tabular;
  private final RandomKernels random;
  private final SteinKernels stein;
  private final CpuNetwork network;

  CpuBackend(int threads, Loops loops) {
    super(false);
    engine = new CpuEngine(threads, loops);
    info = describe(threads, loops);
    softValue = new CpuSoftValue(this, engine);
    tabular = new CpuTabular(this, engine);
    random = new CpuRandom(this, engine);
    stein = new CpuStein(this, engine);
    network = new CpuNetwork(this, engine);
  }

  CpuEngine engine() {
    return engine;
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public SoftValueKernels softValue() {
    return softValue;
  }

  @Override
  public TabularKernels tabular() {
    return tabular;
  }

  @Override
  public RandomKernels random() {
    return random;
  }

  @Override
  public SteinKernels stein() {
    return stein;
  }

  @Override
  public NetworkKernels network() {
    return network;
  }

  @Override
  protected void closeDevice() {
    network.close();
    engine.close();
  }

  private static BackendInfo describe(int threads, Loops loops) {
    long memory = HostArray.hostMemoryBytes();
    Map<String, String> details = new LinkedHashMap<>();
    details.put("loops", loops.description());
    details.put("precision", "float32");
    return new BackendInfo(
        CpuProvider.ID,
        "this machine's cores",
        "Java " + Runtime.version(),
        threads,
        memory,
        memory,
        details);
  }
}
