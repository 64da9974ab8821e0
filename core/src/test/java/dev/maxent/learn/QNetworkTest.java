package dev.maxent.learn;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import dev.maxent.Skipped;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QNetworkTest {
  private static final NetworkShape SHAPE =
      NetworkShape.of(2, 3, 1).activation(Activation.SILU).layerNorm(true);

  @TempDir private Path folder;
  private Path file;
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
    file = folder.resolve("q.safetensors");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @OnTestedBackends
  void savesAndLoads(String id) throws IOException {
    List<NetworkShape> shapes =
        List.of(
            NetworkShape.of(3, 1),
            NetworkShape.of(3, 7, 5, 2).activation(Activation.GELU),
            SHAPE,
            SHAPE.networks(3));
    try (Backend here = Backends.open(id)) {
      for (NetworkShape shape : shapes) {
        try (QNetwork saved = QNetwork.random(here, shape, Initialiser.XAVIER, 5)) {
          saved.save(file);
          try (QNetwork loaded = QNetwork.load(here, file);
              QNetwork again = QNetwork.load(here, file, shape);
              QNetwork copy = saved.copy()) {
            assertEquals(shape, loaded.shape());
            float[] expected = saved.network().parameters().toFloats();
            assertArrayEquals(expected, loaded.network().parameters().toFloats());
            assertArrayEquals(expected, again.network().parameters().toFloats());
            assertArrayEquals(expected, copy.network().parameters().toFloats());
          }
        }
      }
    }
    assertEquals(List.of(file), files());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** A file as the format's description has it, from a header and elements. */
  private static byte[] bytes(String header, float... values) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 4 * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Test
  void formatIsSafetensors() throws IOException {
    double[] parameters = {1, 2, 3, 4, 5, 6, 7, 8};
    try (QNetwork networks = QNetwork.of(backend, NetworkShape.of(3, 2), parameters)) {
      networks.save(file);
    }
    // The checksum was computed by Python's zlib.crc32 of struct.pack("<8f", 7, 8, 1, ..., 6).
    String header =
        "{\"__metadata__\":{\"maxent.version\":\"1\",\"maxent.activation\":\"relu\","
            + "\"maxent.crc32\":\"CRC\"},"
            + "\"layers.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]}}";
    String padded = header + " ".repeat((8 - (header.length() + 5) % 8) % 8);
    byte[] expected = bytes(padded.replace("CRC", "037f2d56"), 7, 8, 1, 2, 3, 4, 5, 6);
    assertArrayEquals(expected, Files.readAllBytes(file));
  }

  /** Names, order and metadata as PyTorch's safetensors.torch.save_file writes them. */
  @Test
  void loadsFileOfPyTorch() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"layers.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]},"
            + "\"layers.1.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]},"
            + "\"layers.1.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[20,28]}}  ";
    Files.write(file, bytes(header, 1, 2, 3, 4, 5, 6, 7));
    NetworkShape shape = NetworkShape.of(1, 2, 1).activation(Activation.TANH);
    try (QNetwork loaded = QNetwork.load(backend, file, shape)) {
      assertEquals(shape, loaded.shape());
      double[] expected = {3, 4, 1, 2, 6, 7, 5};
      assertArrayEquals(expected, loaded.network().parameters().toDoubles());
    }
    refuses("no maxent.version in its metadata", "a shape to be given");
    assertRefused(
        NetworkFileException.class,
        () -> QNetwork.load(backend, file, NetworkShape.of(2, 2, 1)),
        "it holds 1-2-1, RELU: expected 2-2-1, RELU");
  }

  /** Arabic of Egypt has digits of its own, which JSON has not. */
  @Test
  void savesTheSameInEveryLocale() throws IOException {
    byte[] here = saved();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.of("ar", "EG"));
      assertArrayEquals(here, saved());
      QNetwork.load(backend, file).close();
    } finally {
      Locale.setDefault(before);
    }
  }

  /** The header ends where 8 bytes end, however many bytes a letter takes. */
  @Test
  void alignsElementsByBytes() throws IOException {
    for (String name : List.of("w", "\u03b8", "\u03b8\u2032", "\ud835\udefc")) {
      Map<String, Tensor> tensors = Map.of(name, new Tensor(List.of(1L), new float[] {3}));
      new SafeTensors(Map.of(), tensors).write(file);
      byte[] all = Files.readAllBytes(file);
      assertEquals(0, ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong(0) % 8, name);
      assertArrayEquals(new float[] {3}, SafeTensors.read(file).tensors().get(name).values());
    }
  }

  private void refuses(String... parts) {
    String message =
        assertRefused(NetworkFileException.class, () -> QNetwork.load(backend, file), parts);
    assertTrue(message.startsWith(file + ": ") && !message.contains("\n"), message);
  }

  private void refusesHeader(String header, String... parts) throws IOException {
    Files.write(file, bytes(header, 1, 2));
    refuses(parts);
  }

  @Test
  void refusesForeignFiles() throws IOException {
    Files.write(file, new byte[5]);
    refuses("it has 5 bytes: expected a safetensors file");
    Files.writeString(file, "state,action,next_state\n0,1,2\n");
    refuses("header length = ", "expected a safetensors file");
    refusesHeader("[]", "character 0 is '[': expected '{'");
    refusesHeader("{\"a\":1.5}", "character 6 is '.': expected '}'");
    refusesHeader("{\"a\":{}} x", "character 9 is 'x': expected the end");
    refusesHeader("{\"a\":{},\"a\":{}}", "names 'a' twice");
    refusesHeader("{\"a\":[[[[1]]]]}", "expected a string, a whole number");
    refusesHeader("{\"a\":\"b", "is the end: expected '\"'");
    refusesHeader("{\"__metadata__\":{\"a\":1}}", "__metadata__ has a = 1: expected a string");
    refusesHeader("{\"a\":{}}", "tensor 'a': expected dtype, shape and data_offsets");
    String tensor = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    refusesHeader(tensor.replace("F32", "BF16"), "has dtype BF16: expected F32");
    refusesHeader(tensor.replace("[2]", "[3]"), "shape [3]", "4 bytes per element");
    refusesHeader(tensor.replace("0,8", "4,12"), "[4,12]: expected them from 0 to at most 8");
    refusesHeader(tensor.replace("[2]", "[1]").replace("0,8", "0,4"), "8 bytes", "expected 4");
    refusesHeader(tensor.replace("[2]", "[\"2\"]"), "expected whole numbers");
    refusesHeader(tensor.replace("[2]", "[4294967296,4294967296,4]"), "4 bytes per element");
    refusesHeader(tensor, "no maxent.version");
    String ours = "{\"__metadata__\":{\"maxent.version\":\"1\"}," + tensor.substring(1);
    refusesHeader(ours.replace("\"1\"", "\"2\""), "maxent.version = 2: expected 1");
    refusesHeader(ours, "maxent.activation = null: expected one of [identity, relu");
    String whole =
        "{\"__metadata__\":{\"maxent.version\":\"1\",\"maxent.activation\":\"relu\"},"
            + "\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
            + "\"layers.0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
    refusesHeader(whole, "checksum of its elements is ", "maxent.crc32 = null");
  }

  private byte[] saved() throws IOException {
    try (QNetwork networks = QNetwork.random(backend, SHAPE, Initialiser.HE, 1)) {
      networks.save(file);
    }
    return Files.readAllBytes(file);
  }

  private void refusesChanged(byte[] good, String from, String to, String... parts)
      throws IOException {
    String text = new String(good, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(from) && from.length() == to.length(), from);
    Files.write(file, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    refuses(parts);
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    byte[] good = saved();
    refusesChanged(good, "silu", "selu", "maxent.activation = selu", "relu", "gelu");
    refusesChanged(good, "layers.1.bias", "layers.9.bias", "'layers.1.bias' is missing", "[1]");
    refusesChanged(good, "norms.0.bias", "norms.7.bias", "'norms.0.bias' is missing", "[3]");
    refusesChanged(
        good, "norms.0.weight", "norms.7.weight", "[norms.0.bias, norms.7.weight] do not belong");
    refusesChanged(good, "layers.0.weight", "layerx.0.weight", "expected 'layers.0.weight'");
    refusesChanged(
        good, "[1,3]", "[3,1]", "'layers.1.weight' has shape [3, 1]", "expected 3 columns");
  }

  private void refusesLayers(List<Long> first, List<Long> second, String expected)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (List<Long> sizes : List.of(first, second)) {
      long length = sizes.stream().reduce(1L, Math::multiplyExact);
      tensors.put(
          "layers." + tensors.size() + ".weight", new Tensor(sizes, new float[(int) length]));
    }
    Map<String, String> metadata = Map.of("maxent.version", "1", "maxent.activation", "relu");
    new SafeTensors(metadata, tensors).write(file);
    refuses("tensor 'layers.1.weight' has shape " + second + ": expected " + expected);
  }

  /** Before anything is allocated: the first two would make 2³¹ parameters. */
  @Test
  void refusesLayersThatDoNotMeet() throws IOException {
    refusesLayers(List.of(65536L, 1L), List.of(32768L, 1L), "65536 columns, the rows of layer 0");
    refusesLayers(List.of(2L, 1L, 1L), List.of(3L, 1L, 1L), "2 networks and 1 columns");
    refusesLayers(List.of(2L, 1L, 1L), List.of(1L, 1L), "2 networks and 1 columns");
  }

  @Test
  void savesThroughLinks() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
    try (QNetwork one = QNetwork.random(backend, SHAPE, Initialiser.HE, 1);
        QNetwork two = QNetwork.random(backend, SHAPE, Initialiser.HE, 2)) {
      one.save(file);
      two.save(link);
      assertTrue(Files.isSymbolicLink(link));
      try (QNetwork loaded = QNetwork.load(backend, file)) {
        assertArrayEquals(
            two.network().parameters().toFloats(), loaded.network().parameters().toFloats());
      }
      Path device = Path.of("/dev/null");
      Skipped.unless(Files.exists(device), "there is no " + device);
      NetworkFileException refused =
          assertThrows(NetworkFileException.class, () -> two.save(device));
      assertEquals(
          device + ": it is no regular file: expected one, or a new name", refused.getMessage());
    }
  }

  @Test
  void noticesEveryDamagedElement() throws IOException {
    byte[] good = saved();
    long start = 8 + ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    assertEquals(good.length, start + 4 * SHAPE.allParameters());
    for (int i = (int) start; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 4;
      Files.write(file, bad);
      refuses("checksum of its elements is ", ": expected maxent.crc32 = ");
    }
  }

  /** Whatever is in the header: a network of the right shape, or a refusal of ours. */
  @Test
  void survivesDamagedHeaders() throws IOException {
    byte[] good = saved();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 600; i++) {
      byte[] bad = good.clone();
      int header = bad.length - 4 * (int) SHAPE.allParameters();
      bad[random.nextInt(header)] = (byte) random.nextInt(256);
      Files.write(file, i % 3 == 0 ? Arrays.copyOf(bad, random.nextInt(header)) : bad);
      try (QNetwork loaded = QNetwork.load(backend, file, SHAPE)) {
        assertEquals(SHAPE, loaded.shape());
      } catch (NetworkFileException refusal) {
        assertTrue(refusal.getMessage().startsWith(file + ": "));
      }
    }
  }

  @Test
  void interruptedSaveLeavesPreviousFile() throws IOException {
    byte[] good = saved();
    try (QNetwork other = QNetwork.random(backend, SHAPE, Initialiser.HE, 2)) {
      Thread.currentThread().interrupt();
      assertThrows(ClosedByInterruptException.class, () -> other.save(file));
      assertTrue(Thread.interrupted());
      assertArrayEquals(good, Files.readAllBytes(file));
      assertEquals(List.of(file), files());
      other.save(file);
      assertEquals(List.of(file), files());
      assertThrows(IOException.class, () -> other.save(folder.resolve("no/q.safetensors")));
    }
  }

  /** Whoever is last wins, and what lies there is whole at any time. */
  @Test
  void saversDoNotMeet() throws Exception {
    try (QNetwork one = QNetwork.random(backend, SHAPE, Initialiser.HE, 1);
        QNetwork two = QNetwork.random(backend, SHAPE, Initialiser.HE, 2);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      one.save(file);
      List<Future<?>> savers = new ArrayList<>();
      for (QNetwork networks : List.of(one, two)) {
        savers.add(
            threads.submit(() -> {
              for (int i = 0; i < 100; i++) {
                networks.save(file);
                QNetwork.load(backend, file).close();
              }
              return null;
            }));
      }
      for (Future<?> saver : savers) {
        saver.get();
      }
      assertEquals(List.of(file), files());
    }
  }

  /** Other writers of the format sort tensors as they like, and may keep our metadata. */
  @Test
  void loadsTensorsInAnyOrder() throws IOException {
    String header =
        "{\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"layers.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]},"
            + "\"__metadata__\":{\"maxent.version\":\"1\",\"maxent.activation\":\"relu\","
            + "\"maxent.crc32\":\"CRCOF\"}}";
    Files.write(file, bytes(header.replace("CRCOF", "037f2d56"), 1, 2, 3, 4, 5, 6, 7, 8));
    try (QNetwork networks = QNetwork.load(backend, file)) {
      assertArrayEquals(
          new double[] {1, 2, 3, 4, 5, 6, 7, 8}, networks.network().parameters().toDoubles());
    }
  }

  /** Without hidden layers activation and layer norm do nothing, and are no reason to refuse. */
  @Test
  void loadsWhatItSavedWithoutHiddenLayers() throws IOException {
    NetworkShape shape = NetworkShape.of(4, 2).activation(Activation.GELU).layerNorm(true);
    try (QNetwork networks = QNetwork.random(backend, shape, Initialiser.HE, 1)) {
      networks.save(file);
    }
    try (QNetwork same = QNetwork.load(backend, file, shape);
        QNetwork other = QNetwork.load(backend, file, NetworkShape.of(4, 2))) {
      assertEquals(shape, same.shape());
      assertEquals(NetworkShape.of(4, 2), other.shape());
    }
  }

  @Test
  void refusesInOneLine() throws IOException {
    refusesHeader(
        "{\"a\\n\\u001bb\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "tensor 'a??b' has dtype F16");
    refusesHeader("{\"" + "x".repeat(5000) + "\":{}}", "xxx...");
  }

  @Test
  void refusesWrongNumberOfParameters() {
    assertRefused(
        IllegalArgumentException.class,
        () -> QNetwork.of(backend, NetworkShape.of(2, 1), new double[4]),
        "parameters has length 4: expected 3 for 2-1");
  }
}
