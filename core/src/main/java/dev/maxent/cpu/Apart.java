package dev.maxent.cpu;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;

/**
 * One vector loop over a block, called so that HotSpot compiles it on its own. Inlined into a
 * caller it would share that caller's budget of some 8000 inlined bytecodes, and once the budget is
 * spent each vector that passes through a helper is allocated on the heap: loops become several
 * times slower. A method handle that is no constant is never inlined; calling it takes a few
 * nanoseconds, once per strip of a block.
 */
final class Apart {
  /** Not final on purpose: see above. */
  private MethodHandle loop;

  private final String name;

  private Apart(MethodHandle loop, String name) {
    this.loop = loop;
    this.name = name;
  }

  /**
   * Wraps a static method (long q, long stride, Block, long out, long inside). q and out are
   * addresses of native memory, stride the bytes from row to row, inside a mask as bits: as an
   * argument a mask would be an object.
   *
   * @param in the class that declares it
   * @param name its name, unique there
   * @return the loop
   */
  static Apart of(Class<?> in, String name) {
    try {
      for (Method method : in.getDeclaredMethods()) {
        if (method.getName().equals(name)) {
          return new Apart(MethodHandles.lookup().unreflect(method), name);
        }
      }
    } catch (IllegalAccessException inaccessible) {
      throw new LinkageError(in + "." + name, inaccessible);
    }
    throw new LinkageError("no method " + in + "." + name);
  }

  void run(long q, long stride, Block block, long out, long inside) {
    try {
      loop.invokeExact(q, stride, block, out, inside);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new LinkageError(name, impossible);
    }
  }

  /** The same for a loop (long address, int count). */
  void run(long address, int count) {
    try {
      loop.invokeExact(address, count);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new LinkageError(name, impossible);
    }
  }
}
