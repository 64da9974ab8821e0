/**
 * Problems to solve. A {@link dev.maxent.environment.TabularMdp} is a finite problem given by its
 * table of transitions, built by code or read from a CSV file.
 */
package dev.maxent.environment;
