package dev.maxent.benchmarks;

import dev.maxent.benchmarks.Result.Status;
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
      pre{background:#f4f4f2;padding:1rem;font-size:13px;white-space:pre-wrap}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.15rem .6rem;text-align:right;white-space:nowrap}
      th:first-child,td:first-child,td.bar,td.text{text-align:left}
      th{position:sticky;top:0;background:#fff;border-bottom:1px solid #999}
      tr.case td{padding-top:1rem;font-weight:600}
      td.bar{width:40%} td.bar div{height:.9rem;background:#2a78b5;min-width:1px}
      tr.peer td.bar div{background:#d08a2e}
      td.text{white-space:normal;color:#666} td.failed{color:#c0392b}
      tr.how td{font-size:12px;padding-top:0}
      </style></head><body>
      <h1>maxent compare</h1>
      """;

  private static final String EXPLANATION =
      """
      <p>Each bar is the median time of one run against the slowest of its case: shorter is faster.
      Blue bars are backends, orange ones other libraries, with the quickest way found to say the
      case there.</p>
      <ul>
      <li><b>rate</b>: use of what limits the case on that device: bytes, operations or
      exponentials.</li>
      <li><b>of ceiling</b>: that rate, of the ceiling measured on the same device in the same run;
      over 100 % means that the data was in cache, or that the ceiling was disturbed.</li>
      <li><b>time/cpu</b>: above 1x is slower than backend cpu, below 1x quicker.</li>
      <li><b>error</b>: the worst against float64, of the error allowed, in the unit of the case's
      tolerance.</li>
      <li><b>!</b>: the median is over twice the least, so something disturbed the measurement.</li>
      </ul>
      <table><tr><th>backend</th><th></th><th>µs</th><th>rate</th><th>of ceiling</th>\
      <th>time/cpu</th><th>error, ulp</th></tr>
      """;

  private HtmlReport() {}

  static void write(List<String> heading, List<Result> results, Writer writer) throws IOException {
    writer.write(HEAD);
    writer.write("<pre>" + escape(String.join("\n", heading)) + "</pre>\n");
    writer.write(EXPLANATION);
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
      if (result.status() != Status.UNAVAILABLE) { // the heading says so, once
        writer.write(row(result, slowest.get(name)[0]));
      }
    }
    writer.write("</table></body></html>\n");
  }

  private static String row(Result result, double slowest) {
    String backend = "<td>" + escape(result.backend()) + "</td>";
    if (result.status() != Status.PASSED) {
      String style = result.status() == Status.FAILED ? "text failed" : "text";
      return "<tr>%s<td colspan=\"6\" class=\"%s\">%s</td></tr>%n"
          .formatted(backend, style, escape(result.status() + ": " + result.note()));
    }
    boolean peer = !result.note().isEmpty();
    String row =
        String.format(
            Locale.ROOT,
            "<tr%s>%s<td class=\"bar\"><div style=\"width:%.1f%%\"></div></td><td>%s</td>"
                + "<td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>%n",
            peer ? " class=\"peer\"" : "",
            backend,
            100 * result.medianMicros() / slowest,
            result.time(),
            result.rate(),
            result.fraction(),
            result.ratio(),
            result.error());
    return peer
        ? row
            + "<tr class=\"how\"><td></td><td colspan=\"6\" class=\"text\">%s</td></tr>%n"
                .formatted(escape(result.note()))
        : row;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
