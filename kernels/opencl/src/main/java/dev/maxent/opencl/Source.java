package dev.maxent.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The programs: which files make one, in order. Each is built from one flat text. */
enum Source {
  MEMORY("memory.cl"),
  RANDOM("common.cl", "philox.cl", "random.cl"),
  SOFT_VALUE(
      "common.cl", "reduce.cl", "philox.cl", "soft_row.cl", "soft_results.cl", "soft_value.cl"),
  SOFT_WIDE(
      "common.cl", "reduce.cl", "philox.cl", "soft_row.cl", "soft_results.cl", "soft_wide.cl"),
  TABULAR("common.cl", "reduce.cl", "philox.cl", "soft_row.cl", "tabular.cl"),
  STEIN("common.cl", "soft_row.cl", "stein_kernel.cl", "stein.cl"),
  STEIN_SMALL(
      "common.cl",
      "soft_row.cl",
      "stein_kernel.cl",
      "stein_shared.cl",
      "stein_rules.cl",
      "stein_small.cl"),
  STEIN_BLOCKS("common.cl", "soft_row.cl", "stein_kernel.cl", "stein_shared.cl", "stein_blocks.cl"),
  STEIN_TILES("common.cl", "soft_row.cl", "stein_kernel.cl", "stein_tiles.cl"),
  STEIN_STATES("common.cl", "reduce.cl", "soft_row.cl", "stein_rules.cl", "stein_states.cl"),
  NETWORK("common.cl", "network_activations.cl", "network_loss.cl", "network.cl"),
  NETWORK_SMALL(
      "common.cl",
      "network_activations.cl",
      "network_loss.cl",
      "network_rows.cl",
      "network_layers.cl",
      "network_small.cl"),
  NETWORK_NORM("common.cl", "reduce.cl", "network_activations.cl", "network_norm.cl"),
  NETWORK_STEP("common.cl", "reduce.cl", "network_adam.cl", "network_step.cl"),
  CEILINGS("common.cl", "ceilings.cl");

  /** Names, separated by spaces. */
  private final String files;

  Source(String... files) {
    this.files = String.join(" ", files);
  }

  /** The whole text. {@code #line} makes compilers name the line within its file. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (String file : files.split(" ", -1)) {
      text.append("#line 1 \"").append(file).append("\"\n").append(read(file));
    }
    return text.toString();
  }

  private static String read(String file) {
    try (InputStream in = Source.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("resource " + file + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
