/**
 * What can be computed: one abstract class per kernel family. Its final public methods carry the
 * formulas and all checks, so every backend has the same checks and the same messages; each calls
 * one protected hook that a backend implements.
 */
package dev.maxent.kernel;
