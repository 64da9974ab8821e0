package dev.maxent.opencl;

import dev.maxent.kernel.SteinKernel;
import java.util.ArrayList;
import java.util.List;

/** The macros of Stein's programs, each put together once: finding them again allocates nothing. */
final class SteinMacros {
  private record Entry(int dimensions, int kernel, String name, int value, String text) {}

  private final List<Entry> entries = new ArrayList<>();

  /** Dimensions and kernel. */
  String of(int dimensions, SteinKernel kernel) {
    return of(dimensions, kernel, "", 0);
  }

  /** The same and one more macro, where its name is not empty. */
  String of(int dimensions, SteinKernel kernel, String name, int value) {
    int number = number(kernel);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.dimensions == dimensions
          && entry.kernel == number
          && entry.value == value
          && entry.name.equals(name)) {
        return entry.text;
      }
    }
    String text = "-DD=" + dimensions + " -DKERNEL=" + number;
    if (!name.isEmpty()) {
      text += " -D" + name + "=" + value;
    }
    entries.add(new Entry(dimensions, number, name, value, text));
    return text;
  }

  /** As stein_kernel.cl numbers them. */
  private static int number(SteinKernel kernel) {
    return switch (kernel) {
      case SteinKernel.Rbf _ -> 0;
      case SteinKernel.InverseMultiquadric _ -> 1;
      case SteinKernel.Linear _ -> 2;
    };
  }
}
