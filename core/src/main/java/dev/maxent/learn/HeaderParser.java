package dev.maxent.learn;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON that a safetensors header may hold: objects, arrays, strings and whole numbers,
 * strictly, as a header that means something else must not be taken for one of ours.
 */
final class HeaderParser {
  /** Objects in the header, an array in those: more is not a header. */
  private static final int DEEPEST = 3;

  private final String text;
  private int at;

  private HeaderParser(String text) {
    this.text = text;
  }

  /** What is wrong, at which character. */
  static final class Mistake extends Exception {
    private static final long serialVersionUID = 1L;

    Mistake(String message) {
      super(message);
    }
  }

  /** An object; its values are maps, lists, strings and longs. */
  static Map<String, Object> parse(byte[] header) throws Mistake {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException failure) {
      throw new Mistake("header is no UTF-8 (" + failure.getMessage() + "): expected JSON");
    }
    HeaderParser parser = new HeaderParser(text);
    Map<String, Object> object = parser.object(0);
    parser.space();
    if (parser.at < text.length()) {
      throw parser.mistake("the end");
    }
    return object;
  }

  private Mistake mistake(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new Mistake("header, character " + at + " is " + found + ": expected " + expected);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean takes(char c) {
    space();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void take(char c) throws Mistake {
    if (!takes(c)) {
      throw mistake("'" + c + "'");
    }
  }

  private Map<String, Object> object(int depth) throws Mistake {
    take('{');
    Map<String, Object> object = new LinkedHashMap<>();
    if (takes('}')) {
      return object;
    }
    do {
      String key = string();
      take(':');
      if (object.put(key, value(depth + 1)) != null) {
        throw new Mistake("header names '" + key + "' twice: expected once");
      }
    } while (takes(','));
    take('}');
    return object;
  }

  private Object value(int depth) throws Mistake {
    space();
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == '"') {
      return string();
    }
    if (c >= '0' && c <= '9') {
      return number();
    }
    if (depth < DEEPEST && c == '{') {
      return object(depth);
    }
    if (depth < DEEPEST && c == '[') {
      return array(depth);
    }
    throw mistake("a string, a whole number, an object or an array");
  }

  private List<Object> array(int depth) throws Mistake {
    take('[');
    List<Object> array = new ArrayList<>();
    if (takes(']')) {
      return array;
    }
    do {
      array.add(value(depth + 1));
    } while (takes(','));
    take(']');
    return array;
  }

  private long number() throws Mistake {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    boolean zero = text.charAt(start) == '0' && at > start + 1;
    if (zero || at - start > 18) {
      at = start;
      throw mistake("a whole number of at most 18 digits");
    }
    return Long.parseLong(text, start, at, 10);
  }

  private String string() throws Mistake {
    take('"');
    StringBuilder string = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c < ' ') {
        throw mistake("no control character in a string");
      }
      at++;
      string.append(c == '\\' ? escape() : c);
    }
    if (at == text.length()) {
      throw mistake("'\"'");
    }
    at++;
    return string.toString();
  }

  private char escape() throws Mistake {
    int kind = at < text.length() ? "\"\\/bfnrtu".indexOf(text.charAt(at)) : -1;
    if (kind < 0) {
      throw mistake("an escape of JSON");
    }
    at++;
    if (kind < 8) {
      return "\"\\/\b\f\n\r\t".charAt(kind);
    }
    int code = 0;
    for (int i = 0; i < 4; i++, at++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw mistake("four hexadecimal digits");
      }
      code = 16 * code + digit;
    }
    return (char) code;
  }
}
