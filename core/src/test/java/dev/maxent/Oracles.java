package dev.maxent;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads the files of {@code oracles/}. */
public final class Oracles {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private Oracles() {}

  /**
   * Reads a file.
   *
   * @param name for example {@code log_sum_exp.json}
   * @return its root
   */
  public static JsonNode read(String name) {
    try (InputStream stream = Oracles.class.getResourceAsStream("/oracles/" + name)) {
      return MAPPER.readTree(stream);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * A number, written as one or as a string such as {@code -inf}.
   *
   * @param node the number
   * @return its value
   */
  public static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.asText()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(node.asText());
    };
  }

  /**
   * A list of numbers.
   *
   * @param node the list
   * @return its values
   */
  public static double[] numbers(JsonNode node) {
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(node.get(i));
    }
    return values;
  }
}
