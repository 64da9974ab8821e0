package dev.maxent.kernel;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.function.Executable;

/**
 * Calls that must be refused. Each is checked for its exception and message, and that no array of
 * the backend changed; {@link #verify} then reports all that went wrong at once.
 */
final class RefusedCalls implements AutoCloseable {
  private final Backend backend;
  private final Backend other;
  private final String id;
  private final List<Executable> checks = new ArrayList<>();
  private final List<DeviceArray> arrays = new ArrayList<>();

  RefusedCalls(String id) {
    this.id = id;
    backend = Backends.open(id);
    other = Backends.open(id);
  }

  Backend backend() {
    return backend;
  }

  /** Another open backend of the same kind, whose arrays must be refused. */
  Backend apart() {
    return other;
  }

  /** An array full of recognisable values. */
  DeviceArray array(ElementType type, int length) {
    DeviceArray array = array(backend, type, length);
    arrays.add(array);
    return array;
  }

  DeviceArray real(int length) {
    return array(ElementType.REAL, length);
  }

  private static DeviceArray array(Backend owner, ElementType type, int length) {
    DeviceArray array = owner.allocate(type, length);
    byte[] bytes = new byte[length * type.bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 4 == 3 ? 0 : 1 + i % 5);
    }
    array.upload(MemorySegment.ofArray(bytes));
    return array;
  }

  /** An IllegalArgumentException that says all this. */
  void refuses(Executable call, String... parts) {
    refuses(IllegalArgumentException.class, call, parts);
  }

  void refuses(Class<? extends Throwable> type, Executable call, String... parts) {
    checks.add(() -> {
      Map<DeviceArray, byte[]> before = contents();
      assertRefused(type, call, parts);
      contents()
          .forEach((array, bytes) ->
              assertArrayEquals(before.get(array), bytes, () -> array + " was changed"));
    });
  }

  /** Refuses null by name. */
  void refusesNull(String name, Executable call) {
    refuses(NullPointerException.class, call, name);
  }

  /** Refuses whatever is wrong with an array that may be null. */
  void refusesWrongArrays(String name, ElementType type, int length, Consumer<DeviceArray> call) {
    String expected = type + "[" + length + "]";
    DeviceArray foreign = array(other, type, length);
    refuses(
        () -> call.accept(foreign), name + " is " + foreign, "opened apart", "this backend, " + id);
    DeviceArray closed = backend.allocate(type, length);
    closed.close();
    refuses(IllegalStateException.class, () -> call.accept(closed), name + " is closed", expected);
    for (ElementType wrong : ElementType.values()) {
      if (wrong != type) {
        DeviceArray array = array(wrong, length);
        refuses(() -> call.accept(array), name + " is " + array, "expected " + expected);
      }
    }
    DeviceArray longer = array(type, length + 1);
    refuses(() -> call.accept(longer), name + " is " + longer, "expected " + expected);
    DeviceArray empty = array(type, 0);
    refuses(() -> call.accept(empty), name + " is " + empty, "expected " + expected);
  }

  /** Refuses whatever is wrong with an array that must be there. */
  void refusesWrongOrNoArrays(
      String name, ElementType type, int length, Consumer<DeviceArray> call) {
    refusesWrongArrays(name, type, length, call);
    String expected = type + "[" + length + "]";
    refuses(() -> call.accept(null), name + " is null", "expected " + expected);
  }

  private Map<DeviceArray, byte[]> contents() {
    Map<DeviceArray, byte[]> contents = new LinkedHashMap<>();
    for (DeviceArray array : arrays) {
      byte[] bytes = new byte[Math.toIntExact(array.length() * array.type().bytes())];
      array.download(MemorySegment.ofArray(bytes));
      contents.put(array, bytes);
    }
    return contents;
  }

  /** Runs all of the above, and that the backend still works and is closed in the end. */
  void verify() {
    assertAll(checks);
  }

  @Override
  public void close() {
    backend.close();
    other.close();
  }
}
