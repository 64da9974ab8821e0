package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;

/** What a kernel with one number per row writes: RESULT_PARAMETERS of soft_results.cl. */
final class ResultArguments {
  static final int LOG_SUM_EXP = 0;
  static final int MELLOWMAX = 1;
  static final int TARGET = 2;
  static final int BACKUP = 3;

  int mode;
  DeviceArray value;
  DeviceArray reward;
  DeviceArray terminated;
  double discount;
  DeviceArray values;
  DeviceArray residual;

  ResultArguments set(int newMode, DeviceArray newValue) {
    mode = newMode;
    value = newValue;
    reward = null;
    terminated = null;
    discount = 0;
    values = null;
    residual = null;
    return this;
  }

  KernelCall bind(KernelCall call) {
    return call.int32(mode)
        .array(value)
        .array(reward)
        .array(terminated)
        .wide(discount)
        .array(values)
        .array(residual);
  }
}
