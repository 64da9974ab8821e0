package dev.maxent.learn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A file of named float32 arrays in the format safetensors: the length of the header as 8 bytes,
 * the header as JSON, then all elements; little-endian. Source:
 * https://github.com/huggingface/safetensors#format.
 *
 * @param metadata the header's strings
 * @param tensors by name, in the file's order
 */
record SafeTensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
  private static final String METADATA = "__metadata__";

  /** The format's own limit. */
  private static final long LONGEST_HEADER = 100_000_000;

  /** What fits in an array, and so the largest file that is read or written. */
  static final long LARGEST = Integer.MAX_VALUE - 8;

  /** Where elements start, so that they are aligned. */
  private static final int ALIGNMENT = 8;

  /**
   * An array.
   *
   * @param shape its sizes
   * @param values as many elements as the product of the sizes, the last index fastest
   */
  @SuppressWarnings("ArrayRecordComponent") // Large; written once and read once.
  record Tensor(List<Long> shape, float[] values) {}

  /** CRC-32 of all elements in order of names, which is how other writers of the format sort. */
  static String checksum(Map<String, Tensor> tensors) {
    CRC32 crc = new CRC32();
    new TreeMap<>(tensors).values().forEach(tensor -> crc.update(bytes(tensor.values)));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private byte[] header() {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      List<String> entries = new ArrayList<>();
      metadata.forEach((key, value) -> entries.add(quoted(key) + ":" + quoted(value)));
      json.append(quoted(METADATA)).append(":{").append(String.join(",", entries)).append("},");
    }
    List<String> entries = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long end = offset + 4L * tensor.values.length;
      String shape = tensor.shape.toString().replace(" ", "");
      // Joined, not formatted: some locales have digits of their own.
      entries.add(
          quoted(entry.getKey())
              + ":{\"dtype\":\"F32\",\"shape\":"
              + shape
              + ",\"data_offsets\":["
              + offset
              + ","
              + end
              + "]}");
      offset = end;
    }
    json.append(String.join(",", entries)).append('}');
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  /** Names and values here need no escapes. */
  private static String quoted(String text) {
    return '"' + text + '"';
  }

  /** Writes the whole file, see {@link FileReplacement}, or leaves what was there. */
  void write(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new NetworkFileException(file, "it is no regular file: expected one, or a new name");
    }
    FileReplacement.replace(file, this::fill);
  }

  private void fill(Path part) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      byte[] header = header();
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      write(channel, length.putLong(header.length).flip());
      write(channel, ByteBuffer.wrap(header));
      for (Tensor tensor : tensors.values()) {
        write(channel, bytes(tensor.values));
      }
      channel.force(true);
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Reads a file whose every array is float32. */
  static SafeTensors read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LARGEST) {
      throw new NetworkFileException(
          file, "it has " + size + " bytes: expected at most " + LARGEST);
    }
    byte[] all = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    if (all.length < 8) {
      throw new NetworkFileException(
          file, "it has " + all.length + " bytes: expected a safetensors file");
    }
    long length = bytes.getLong(0);
    if (length < 2 || length > LONGEST_HEADER || length > all.length - 8) {
      throw new NetworkFileException(
          file,
          "header length = %s: expected a safetensors file, with a header within its %d bytes"
              .formatted(Long.toUnsignedString(length), all.length));
    }
    int start = 8 + (int) length;
    try {
      Map<String, Object> header = HeaderParser.parse(Arrays.copyOfRange(all, 8, start));
      Map<String, String> metadata = metadata(header.remove(METADATA));
      List<Place> places = new ArrayList<>();
      for (Map.Entry<String, Object> entry : header.entrySet()) {
        places.add(Place.of(entry.getKey(), entry.getValue()));
      }
      places.sort(Comparator.comparingLong(Place::from));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      long end = 0;
      for (Place place : places) {
        if (place.from != end || place.to > all.length - start) {
          throw new HeaderParser.Mistake(
              "tensor '%s' has data_offsets [%d,%d]: expected them from %d to at most %d"
                  .formatted(place.name, place.from, place.to, end, all.length - start));
        }
        end = place.to;
        float[] values = new float[(int) ((place.to - place.from) / 4)];
        bytes
            .slice(start + (int) place.from, 4 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(values);
        tensors.put(place.name, new Tensor(place.shape, values));
      }
      if (end != all.length - start) {
        throw new HeaderParser.Mistake(
            "%d bytes of elements: expected %d, as the header says"
                .formatted(all.length - start, end));
      }
      return new SafeTensors(metadata, tensors);
    } catch (HeaderParser.Mistake mistake) {
      NetworkFileException failure = new NetworkFileException(file, mistake.getMessage());
      failure.initCause(mistake);
      throw failure;
    }
  }

  private static Map<String, String> metadata(Object entry) throws HeaderParser.Mistake {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (entry == null) {
      return metadata;
    }
    if (!(entry instanceof Map<?, ?> map)) {
      throw new HeaderParser.Mistake(METADATA + " is " + entry + ": expected an object");
    }
    for (Map.Entry<?, ?> pair : map.entrySet()) {
      if (!(pair.getValue() instanceof String value)) {
        throw new HeaderParser.Mistake(
            METADATA + " has " + pair.getKey() + " = " + pair.getValue() + ": expected a string");
      }
      metadata.put((String) pair.getKey(), value);
    }
    return metadata;
  }

  /** What the header says of an array. */
  private record Place(String name, List<Long> shape, long from, long to) {

    static Place of(String name, Object entry) throws HeaderParser.Mistake {
      if (!(entry instanceof Map<?, ?> map)
          || !(map.get("dtype") instanceof String type)
          || !map.keySet().equals(Set.of("dtype", "shape", "data_offsets"))) {
        throw new HeaderParser.Mistake(
            "tensor '" + name + "': expected dtype, shape and data_offsets");
      }
      if (!type.equals("F32")) {
        throw new HeaderParser.Mistake(
            "tensor '" + name + "' has dtype " + type + ": expected F32");
      }
      List<Long> shape = longs(name, "shape", map.get("shape"));
      List<Long> offsets = longs(name, "data_offsets", map.get("data_offsets"));
      long bytes = 4;
      for (long size : shape) {
        bytes = Math.multiplyHigh(bytes, size) == 0 ? bytes * size : -1;
      }
      if (offsets.size() != 2 || bytes < 0 || offsets.get(1) - offsets.get(0) != bytes) {
        throw new HeaderParser.Mistake(
            "tensor '%s' has shape %s and data_offsets %s: expected 4 bytes per element"
                .formatted(name, shape, offsets));
      }
      return new Place(name, shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> longs(String name, String what, Object value)
        throws HeaderParser.Mistake {
      List<Long> longs = new ArrayList<>();
      boolean good = value instanceof List<?>;
      for (Object element : good ? (List<?>) value : List.of()) {
        good &= element instanceof Long;
        longs.add(element instanceof Long number ? number : 0L);
      }
      if (!good) {
        throw new HeaderParser.Mistake(
            "tensor '" + name + "' has " + what + " = " + value + ": expected whole numbers");
      }
      return longs;
    }
  }
}
