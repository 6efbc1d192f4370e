package dev.jcomposefs.fuzz;

/**
 * A number in an image.
 *
 * @param at offset in bytes
 * @param width 1, 2, 4 or 8 bytes, little-endian
 */
record Field(int at, int width) {}
