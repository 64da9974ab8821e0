package dev.maxent.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_mem;

/**
 * Moves bytes through two pinned halves: while the device works on one, the host fills or empties
 * the other. Pinned memory crosses about twice as fast as pageable, and a heap array may move while
 * a transfer is under way. An upload returns when its bytes have left the caller's memory.
 */
final class Staging implements AutoCloseable {
  /** Property: bytes of each half, from 4096; transfers of more go in pieces. Default 4 MiB. */
  static final String PROPERTY = "maxent.opencl.staging";

  private final long halfBytes = Math.max(4096, Long.getLong(PROPERTY, 4L << 20));
  private final OpenClQueue queue;
  private final cl_mem[] pinned = new cl_mem[2];
  private final MemorySegment[] memory = new MemorySegment[2];
  private final Arena arena = Arena.ofShared();
  private final MemorySegment events = arena.allocate(ValueLayout.JAVA_LONG, 2);
  private final boolean[] busy = new boolean[2];
  private int half;

  Staging(OpenClQueue queue) {
    this.queue = queue;
    try {
      for (int i = 0; i < 2; i++) {
        pinned[i] = queue.pinned(halfBytes);
        ByteBuffer mapped =
            CL.clEnqueueMapBuffer(
                queue.handle(),
                pinned[i],
                true,
                CL.CL_MAP_READ | CL.CL_MAP_WRITE,
                0,
                halfBytes,
                0,
                null,
                null,
                null);
        memory[i] = MemorySegment.ofBuffer(mapped);
      }
    } catch (CLException error) {
      close();
      throw Failure.of(queue.device().id(), "mapping memory for transfers", error);
    }
  }

  void upload(MemorySegment source, DeviceMemory target) {
    try {
      for (long at = 0; at < source.byteSize(); at += halfBytes) {
        long bytes = Math.min(halfBytes, source.byteSize() - at);
        await(half);
        MemorySegment.copy(source, at, memory[half], 0, bytes);
        AsyncCopy.write(
            queue.handle(), target, at, bytes, memory[half].address(), eventAddress(half));
        busy[half] = true;
        half = 1 - half;
      }
    } catch (CLException error) {
      throw Failure.of(queue.device().id(), "an upload", error);
    }
  }

  void download(DeviceMemory source, long from, MemorySegment target) {
    try {
      long size = target.byteSize();
      long asked = 0;
      for (long at = 0; at < size; at += halfBytes) {
        // One piece ahead, so that the device is never idle while the host copies.
        for (; asked < size && asked < at + 2 * halfBytes; asked += halfBytes) {
          ask(
              source,
              from + asked,
              Math.min(halfBytes, size - asked),
              (int) (asked / halfBytes & 1));
        }
        int here = (int) (at / halfBytes & 1);
        await(here);
        MemorySegment.copy(memory[here], 0, target, at, Math.min(halfBytes, size - at));
      }
    } catch (CLException error) {
      throw Failure.of(queue.device().id(), "a download", error);
    }
  }

  private void ask(DeviceMemory source, long at, long bytes, int into) {
    await(into);
    AsyncCopy.read(queue.handle(), source, at, bytes, memory[into].address(), eventAddress(into));
    busy[into] = true;
  }

  private void await(int which) {
    if (busy[which]) {
      busy[which] = false;
      AsyncCopy.await(eventAddress(which), events.getAtIndex(ValueLayout.JAVA_LONG, which));
    }
  }

  private long eventAddress(int which) {
    return events.address() + (long) which * Long.BYTES;
  }

  @Override
  public void close() {
    for (int i = 0; i < 2; i++) {
      try {
        await(i);
        if (memory[i] != null) {
          AsyncCopy.unmap(queue.handle(), pinned[i], memory[i].address());
        }
      } catch (CLException lost) {
        // The device has gone; the buffer is released below.
      }
      if (pinned[i] != null) {
        Release.quietly("a pinned buffer", CL::clReleaseMemObject, pinned[i]);
        pinned[i] = null;
        memory[i] = null;
      }
    }
    arena.close();
  }
}
