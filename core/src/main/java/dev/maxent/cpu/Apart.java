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
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (Block, double). */
  void run(Block block, double number) {
    try {
      loop.invokeExact(block, number);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (SteinBlock). */
  void run(SteinBlock block) {
    try {
      loop.invokeExact(block);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (SteinLanes). */
  void run(SteinLanes lanes) {
    try {
      loop.invokeExact(lanes);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (StagedRows). */
  void run(StagedRows rows) {
    try {
      loop.invokeExact(rows);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (Product). */
  void run(Product product) {
    try {
      loop.invokeExact(product);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (LaneProduct). */
  void run(LaneProduct product) {
    try {
      loop.invokeExact(product);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (LaneLoss). */
  void run(LaneLoss loss) {
    try {
      loop.invokeExact(loss);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (UnitRows). */
  void run(UnitRows rows) {
    try {
      loop.invokeExact(rows);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (AdamStep). */
  void run(AdamStep step) {
    try {
      loop.invokeExact(step);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (Square). */
  void run(Square square) {
    try {
      loop.invokeExact(square);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long lanes, UnitRows). */
  void run(long lanes, UnitRows rows) {
    try {
      loop.invokeExact(lanes, rows);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /**
   * The same for a loop (long from, long fromStep, long to, long toStep, int rows, int columns).
   */
  void run(long from, long fromStep, long to, long toStep, int rows, int columns) {
    try {
      loop.invokeExact(from, fromStep, to, toStep, rows, columns);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long, long, long part, int parts, long to, int rows, int columns). */
  void run(long from, long fromStep, long part, int parts, long to, int rows, int columns) {
    try {
      loop.invokeExact(from, fromStep, part, parts, to, rows, columns);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long address, int count). */
  void run(long address, int count) {
    try {
      loop.invokeExact(address, count);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long address, int count, float value). */
  void fill(long address, int count, float value) {
    try {
      loop.invokeExact(address, count, value);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long address, int count) with a result. */
  int find(long address, int count) {
    try {
      return (int) loop.invokeExact(address, count);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long from, long to, int count). */
  void run(long from, long to, int count) {
    try {
      loop.invokeExact(from, to, count);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long from, float max, float inverse, long to, int count). */
  void run(long from, float max, float inverse, long to, int count) {
    try {
      loop.invokeExact(from, max, inverse, to, count);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (long seed, long counter, long first, int blocks, long to). */
  void run(long seed, long counter, long first, int blocks, long to) {
    try {
      loop.invokeExact(seed, counter, first, blocks, to);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (BackupRows, int pairs) that answers a question. */
  boolean ask(BackupRows rows, int pairs) {
    try {
      return (boolean) loop.invokeExact(rows, pairs);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop (int[] keys, int half, int size, int first, long to, int count). */
  void run(int[] keys, int half, int size, int first, long to, int count) {
    try {
      loop.invokeExact(keys, half, size, first, to, count);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The same for a loop of {@link VectorRowCopy}. */
  int copy(
      long table,
      long rows,
      long indices,
      int rowBytes,
      long tableRows,
      int count,
      boolean gather) {
    try {
      return (int) loop.invokeExact(table, rows, indices, rowBytes, tableRows, count, gather);
    } catch (Throwable thrown) {
      throw failure(thrown);
    }
  }

  /** The loops declare no checked exception. */
  private RuntimeException failure(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException failure
        ? failure
        : new IllegalStateException(name, thrown);
  }
}
