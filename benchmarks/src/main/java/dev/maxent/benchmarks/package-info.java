/** The command line {@code maxent}: what backends there are, how fast they are, and solving. */
package dev.maxent.benchmarks;
