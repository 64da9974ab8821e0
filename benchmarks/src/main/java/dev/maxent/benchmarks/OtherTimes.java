package dev.maxent.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maxent.workload.KernelCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Times that another program measured on the same machine, to be shown beside ours: a list of
 * objects as {@link JsonReport} writes it, of which case, backend and medianMicros are read. The
 * answers are that program's own business.
 */
final class OtherTimes {
  private final List<JsonNode> rows = new ArrayList<>();

  private OtherTimes() {}

  /** None. */
  static OtherTimes none() {
    return new OtherTimes();
  }

  /** Reads a file, all of it or nothing. */
  static OtherTimes read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw InputException.argument("--also", file, "a file, this is a folder");
    }
    if (!Files.isReadable(file)) {
      throw InputException.argument("--also", file, "a file that can be read");
    }
    OtherTimes times = new OtherTimes();
    try {
      JsonNode list = new ObjectMapper().readTree(file.toFile());
      if (list == null || !list.isArray()) {
        throw InputException.argument("--also", file, "a list of results as --json writes it");
      }
      for (JsonNode row : list) {
        if (!row.path("case").isTextual()
            || !row.path("backend").isTextual()
            || !(row.path("medianMicros").asDouble() > 0)) {
          throw InputException.argument(
              "--also", file, "objects with case, backend and medianMicros > 0; found " + row);
        }
        times.rows.add(row);
      }
    } catch (JsonProcessingException malformed) {
      throw InputException.argument(
          "--also", file, "JSON; " + malformed.getOriginalMessage().lines().findFirst().orElse(""));
    }
    return times;
  }

  /** What it holds of a case, against the median of {@code cpu}. */
  List<Result> of(KernelCase kernelCase, double cpuMicros) {
    double no = Double.NaN;
    return rows.stream()
        .filter(row -> row.get("case").asText().equals(kernelCase.name()))
        .map(row -> {
          double micros = row.get("medianMicros").asDouble();
          return new Result(
                  kernelCase,
                  row.get("backend").asText(),
                  Result.Status.PASSED,
                  no,
                  no,
                  micros,
                  micros,
                  no,
                  null,
                  no,
                  Result.OWN_CHECK)
              .against(cpuMicros);
        })
        .toList();
  }
}
