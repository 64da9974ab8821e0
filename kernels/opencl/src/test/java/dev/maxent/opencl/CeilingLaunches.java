package dev.maxent.opencl;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;

/** Launches the kernels that measure a device, which no operation uses. */
final class CeilingLaunches {
  private CeilingLaunches() {}

  static void run(OpenClBackend backend) {
    OpenClQueue queue = backend.queue();
    int group = queue.tuning().group();
    try (DeviceArray from = backend.allocate(ElementType.REAL, 4 * 33);
        DeviceArray to = backend.allocate(ElementType.REAL, 4 * 33);
        DeviceArray sums = backend.allocate(ElementType.REAL, 2L * group)) {
      // By upload, see Oclgrind.uploadAgain.
      from.upload(new float[4 * 33]);
      call(queue, "read_all").array(from).int64(33).array(sums).run(2);
      call(queue, "copy_all").array(from).array(to).int64(33).run(2);
      call(queue, "multiply_add").array(sums).int32(2).int32(Float.floatToRawIntBits(0.5f)).run(2);
      call(queue, "exponentials").array(sums).int32(2).int32(Float.floatToRawIntBits(1)).run(2);
      backend.finish();
    }
  }

  private static KernelCall call(OpenClQueue queue, String name) {
    return queue.kernel(Source.CEILINGS, name, "").begin();
  }
}
