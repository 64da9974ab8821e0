package dev.maxent.benchmarks;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as one page that needs nothing else: a bar per backend under each case. */
final class HtmlReport {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>maxent compare</title>
      <meta name="viewport" content="width=device-width">
      <style>
      body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;
        color:#222;background:#fff}
      pre{background:#f4f4f2;padding:1rem;overflow-x:auto;font-size:13px}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.15rem .6rem;text-align:right;white-space:nowrap}
      th:first-child,td:first-child,td.bar{text-align:left}
      th{border-bottom:1px solid #999} tr.case td{padding-top:1rem;font-weight:600}
      td.bar{width:40%} td.bar div{height:.9rem;background:#2a78b5;min-width:1px}
      td.bar div.failed{background:#c0392b} td.failed{color:#c0392b;white-space:normal}
      td.note{color:#777;white-space:normal;text-align:left}
      </style></head><body>
      <h1>maxent compare</h1>
      """;

  private HtmlReport() {}

  static void write(Machine machine, List<Result> results, Writer writer) throws IOException {
    writer.write(HEAD);
    writer.write("<pre>" + escape(machine.banner()) + "</pre>\n");
    writer.write(
        "<p>Median time of one run; shorter bars are faster, drawn against the slowest of each"
            + " case. “Ceiling” is the least time that the device's own measured memory, arithmetic"
            + " or exponential rate allows, as a fraction of the time taken (above 100 % the data"
            + " was in cache).</p>\n");
    writer.write(
        "<table><tr><th>backend</th><th></th><th>µs</th><th>rate</th><th>ceiling</th>"
            + "<th>× cpu</th><th>error, ulp</th></tr>\n");
    Map<String, double[]> slowest = new LinkedHashMap<>();
    for (Result result : results) {
      double[] most = slowest.computeIfAbsent(result.kernelCase().name(), _ -> new double[1]);
      if (result.medianMicros() > most[0]) {
        most[0] = result.medianMicros();
      }
    }
    String last = "";
    for (Result result : results) {
      String name = result.kernelCase().name();
      if (!name.equals(last)) {
        writer.write("<tr class=\"case\"><td colspan=\"7\">" + escape(name) + "</td></tr>\n");
        last = name;
      }
      writer.write(row(result, slowest.get(name)[0]));
    }
    writer.write("</table></body></html>\n");
  }

  private static String row(Result result, double slowest) {
    String backend = "<tr><td>" + escape(result.backend()) + "</td>";
    if (result.status() != Result.Status.PASSED) {
      String style = result.status() == Result.Status.FAILED ? "failed" : "note";
      String text = result.status() + ": " + result.note();
      return backend
          + ("<td colspan=\"6\" class=\"bar " + style + "\">" + escape(text) + "</td></tr>\n");
    }
    return String.format(
        Locale.ROOT,
        "%s<td class=\"bar\"><div style=\"width:%.1f%%\"></div></td><td>%s</td><td>%s</td>"
            + "<td>%s</td><td>%s</td><td>%s</td></tr>%n",
        backend,
        100 * result.medianMicros() / slowest,
        result.time(),
        result.rate(),
        result.fraction(),
        result.ratio(),
        result.error());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
