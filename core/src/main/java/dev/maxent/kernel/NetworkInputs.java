package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * A batch of inputs x, the same for all networks or each network's own. It only refers to the
 * array: build it once and reuse it.
 *
 * @param array REAL, batch × inputs, or networks × batch × inputs; row-major
 * @param batch number of rows, 0 or more
 * @param isShared whether all networks see the same rows
 */
public record NetworkInputs(DeviceArray array, int batch, boolean isShared) {

  /**
   * Rows that all networks see.
   *
   * @param array REAL, batch × inputs
   * @param batch number of rows, 0 or more
   * @return the inputs
   */
  public static NetworkInputs shared(DeviceArray array, int batch) {
    return new NetworkInputs(array, batch, true);
  }

  /**
   * Rows of each network's own.
   *
   * @param array REAL, networks × batch × inputs
   * @param batch number of rows per network, 0 or more
   * @return the inputs
   */
  public static NetworkInputs each(DeviceArray array, int batch) {
    return new NetworkInputs(array, batch, false);
  }
}
