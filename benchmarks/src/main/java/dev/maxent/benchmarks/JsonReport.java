package dev.maxent.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * The results as JSON: a list of objects, each with the load of the machine before the run, as
 * ratios of a busy one are not to be quoted. Numbers that were not measured, and errors that are
 * not finite (which JSON cannot say), are null.
 */
final class JsonReport {
  private JsonReport() {}

  static void write(Machine machine, List<Result> results, Writer writer) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode list = mapper.createArrayNode();
    for (Result result : results) {
      ObjectNode node = list.addObject();
      node.put("case", result.kernelCase().name());
      node.put("backend", result.backend());
      node.put("status", result.status().toString());
      number(node, "worstErrorUlp", result.worstErrorUlp());
      number(node, "toleranceUlp", result.toleranceUlp());
      number(node, "medianMicros", result.medianMicros());
      number(node, "bytesPerSecond", result.bytesPerSecond());
      number(node, "flopsPerSecond", result.flopsPerSecond());
      number(node, "ceilingFraction", result.ceilingFraction());
      number(node, "ratioToCpu", result.ratioToCpu());
      number(node, "exponentialsPerSecond", result.exponentialsPerSecond());
      machine.facts().forEach(node::put);
      boolean known = machine.load() >= 0;
      number(node, "loadBefore", known ? machine.load() : Double.NaN);
      node.put("idle", known ? !machine.isBusy() : null);
    }
    writer.write(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list));
    writer.write('\n');
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
