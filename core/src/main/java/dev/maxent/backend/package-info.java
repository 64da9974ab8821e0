/**
 * The contract between the library and what computes for it: choosing a backend, its arrays, its
 * errors.
 *
 * <p>Nothing here knows a kernel's formula (see {@link dev.maxent.kernel}) or a device's API.
 */
package dev.maxent.backend;
