/** JMH benchmarks over the catalogue of kernel cases. */
package dev.maxent.benchmarks.jmh;
