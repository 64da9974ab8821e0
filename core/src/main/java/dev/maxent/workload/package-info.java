/**
 * Each kernel described once: inputs, how to run, outputs, work and tolerance. Parity tests, {@code
 * doctor}, {@code compare} and the JMH benchmarks all consume this catalogue.
 */
package dev.maxent.workload;
