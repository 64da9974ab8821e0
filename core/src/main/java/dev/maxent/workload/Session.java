package dev.maxent.workload;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** A case on one backend: its inputs uploaded, its outputs allocated, ready to run. */
public final class Session implements AutoCloseable {
  private final Backend backend;
  private final Inputs inputs;
  private final Map<String, DeviceArray> uploaded = new LinkedHashMap<>();
  private final Map<String, DeviceArray> outputs = new LinkedHashMap<>();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private Runnable action;

  private Session(Backend backend, Inputs inputs) {
    this.backend = backend;
    this.inputs = inputs;
  }

  static Session open(KernelCase kernelCase, Backend backend, Inputs inputs) {
    Session session = new Session(backend, inputs);
    try {
      session.action = kernelCase.binder().bind(session);
      return session;
    } catch (RuntimeException | Error failure) {
      session.close();
      throw failure;
    }
  }

  /**
   * Where it runs.
   *
   * @return the backend
   */
  public Backend backend() {
    return backend;
  }

  /**
   * What it runs on.
   *
   * @return the host-side inputs
   */
  public Inputs inputs() {
    return inputs;
  }

  /** Runs the operation once; returns when it is enqueued. */
  public void run() {
    action.run();
  }

  /**
   * The uploaded copy of an input array; uploads it on first use.
   *
   * @param name the input's name
   * @return the array
   */
  public DeviceArray input(String name) {
    return uploaded.computeIfAbsent(
        name,
        key ->
            keep(
                switch (inputs.all().get(key)) {
                  case float[] reals -> backend.real(reals);
                  case int[] ints -> backend.int32(ints);
                  case byte[] bytes -> backend.bytes(bytes);
                  case null, default ->
                      throw new IllegalArgumentException("input '" + key + "' is no array");
                }));
  }

  /**
   * The uploaded copy of an optional input array.
   *
   * @param name the input's name
   * @return the array, or null if the case has no such input
   */
  public DeviceArray optional(String name) {
    return inputs.has(name) ? input(name) : null;
  }

  /**
   * Declares an array that something else uploaded as an input too.
   *
   * @param name the input's name
   * @param array the array
   */
  public void reads(String name, DeviceArray array) {
    uploaded.put(name, array);
  }

  /**
   * The array of an output; allocates it on first use. It holds NaN or −1, so that an element that
   * the operation does not write, or only adds to, does not pass for a computed 0.
   *
   * @param name the output's name
   * @param type its element type
   * @param length its length
   * @return the array
   */
  public DeviceArray output(String name, ElementType type, long length) {
    return outputs.computeIfAbsent(name, _ -> unwritten(keep(backend.allocate(type, length))));
  }

  private static DeviceArray unwritten(DeviceArray array) {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = Math.multiplyExact(array.length(), array.type().bytes());
      array.upload(arena.allocate(bytes).fill((byte) -1));
    }
    return array;
  }

  /**
   * Declares an array that the operation updates in place as an output too.
   *
   * @param name the output's name
   * @param array the array
   */
  public void updates(String name, DeviceArray array) {
    outputs.put(name, array);
  }

  /**
   * Closes a resource together with this session.
   *
   * @param resource the resource
   * @param <T> its type
   * @return the resource
   */
  public <T extends AutoCloseable> T keep(T resource) {
    resources.push(resource);
    return resource;
  }

  /**
   * The outputs that the operation writes.
   *
   * @return name to array
   */
  public Map<String, DeviceArray> outputs() {
    return Collections.unmodifiableMap(outputs);
  }

  /**
   * The uploaded inputs.
   *
   * @return name to array
   */
  public Map<String, DeviceArray> uploadedInputs() {
    return Collections.unmodifiableMap(uploaded);
  }

  @Override
  public void close() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (RuntimeException failure) {
        throw failure;
      } catch (Exception failure) {
        throw new IllegalStateException("closing a session failed", failure);
      }
    }
  }
}
