/**
 * The door to all image formats: {@link dev.jcomposefs.format.ImageReader} opens an image by its
 * magic number, {@link dev.jcomposefs.format.image.MetadataImage} is what comes out.
 */
@NullMarked
package dev.jcomposefs.format;

import org.jspecify.annotations.NullMarked;
