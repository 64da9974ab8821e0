package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendInfo;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.TabularKernels;
import java.util.LinkedHashMap;
import java.util.Map;

/** Float32 on an OpenCL device; operations are enqueued and run in order. */
final class OpenClBackend extends Backend {
  private final BackendInfo info;
  private final OpenClQueue queue;
  private final Staging staging;
  private final SoftValueKernels softValue;
  private final TabularKernels tabular;
  private final RandomKernels random;
  private final SteinKernels stein;
  private final NetworkKernels network;

  OpenClBackend(OpenClDevice device) {
    this(device, Tuning.of(device));
  }

  /** Shaped as a test likes it. */
  OpenClBackend(OpenClDevice device, Tuning tuning) {
    info = describe(device, tuning);
    queue = new OpenClQueue(device, tuning);
    try {
      staging = new Staging(queue);
    } catch (RuntimeException failure) {
      queue.close();
      throw failure;
    }
    OpenClSoftValue rows = new OpenClSoftValue(this, queue);
    softValue = rows;
    tabular = new OpenClTabular(this, queue, rows.launches());
    random = new OpenClRandom(this, queue);
    stein = new OpenClStein(this, queue);
    network = new OpenClNetwork(this, queue);
  }

  OpenClQueue queue() {
    return queue;
  }

  Staging staging() {
    return staging;
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
  protected DeviceArray allocateArray(ElementType type, long length) {
    return OpenClArray.allocate(this, type, length);
  }

  @Override
  protected void awaitQueue() {
    queue.finish();
  }

  @Override
  protected void closeDevice() {
    try {
      staging.close();
    } finally {
      queue.close();
    }
  }

  private static BackendInfo describe(OpenClDevice device, Tuning tuning) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("platform", device.platform());
    details.put("version", device.version());
    details.put("precision", "float32");
    details.put("local memory", device.localBytes() / 1024 + " KiB per work-group");
    details.put("largest group", device.maxGroup() + " work-items");
    details.put("division", device.roundsQuotients() ? "correctly rounded" : "within 2.5 ulp");
    details.put("tuning", tuning.preset() + (tuning.shuffles() ? ", warp shuffles" : ""));
    return new BackendInfo(
        device.id(),
        device.name(),
        device.driver(),
        device.computeUnits(),
        device.memoryBytes(),
        device.maxAllocationBytes(),
        details);
  }
}
