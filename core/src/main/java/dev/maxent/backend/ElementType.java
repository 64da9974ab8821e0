package dev.maxent.backend;

/**
 * What the elements of a {@link DeviceArray} are, and how many bytes each takes when it crosses.
 */
public enum ElementType {
  /**
   * Real numbers in the backend's working precision: IEEE 754 binary32 on every backend except
   * {@code reference}, which keeps binary64 so that it can define what is correct.
   */
  REAL(Float.BYTES),
  /** 32-bit integers in two's complement: indices, actions, random bits. */
  INT32(Integer.BYTES),
  /** Bytes, read as flags: 0 is no, anything else is yes. Masks and {@code terminated}. */
  BYTE(Byte.BYTES);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Bytes per element on a float32 backend.
   *
   * @return 4, 4 or 1
   */
  public int bytes() {
    return bytes;
  }
}
