package dev.maxent.reference;

import dev.maxent.backend.BackendInfo;
import dev.maxent.backend.HostArray;
import dev.maxent.backend.HostBackend;
import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.TabularKernels;
import java.util.Map;

/** The backend that is right: reals are float64, operations are done when they return. */
final class ReferenceBackend extends HostBackend {
  private final BackendInfo info = describe();
  private final SoftValueKernels softValue = new ReferenceSoftValue(this);
  private final TabularKernels tabular = new ReferenceTabular(this);
  private final RandomKernels random = new ReferenceRandom(this);
  private final SteinKernels stein = new ReferenceStein(this);
  private final NetworkKernels network = new ReferenceNetwork(this);

  ReferenceBackend() {
    super(true);
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
    // Arrays are all there is, and they are closed before.
  }

  private static BackendInfo describe() {
    long memory = HostArray.hostMemoryBytes();
    String driver = "Java " + Runtime.version();
    return new BackendInfo(
        ReferenceProvider.ID,
        ReferenceProvider.DEVICE,
        driver,
        1,
        memory,
        memory,
        Map.of("precision", "float64"));
  }
}
