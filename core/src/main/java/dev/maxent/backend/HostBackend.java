package dev.maxent.backend;

/** A backend that computes on the host: its arrays are {@link HostArray}s and it has no queue. */
public abstract class HostBackend extends Backend {
  private final boolean doublePrecision;

  /**
   * For subclasses.
   *
   * @param doublePrecision whether reals are stored as float64
   */
  protected HostBackend(boolean doublePrecision) {
    this.doublePrecision = doublePrecision;
  }

  @Override
  protected final DeviceArray allocateArray(ElementType type, long length) {
    return HostArray.allocate(this, type, length, doublePrecision);
  }

  @Override
  protected final void awaitQueue() {
    // Operations are done when they return.
  }
}
