/**
 * The in-memory tree that every image writer starts from, and that directory scanners, the dump
 * parser and the image readers produce.
 *
 * <p>Terms: a <i>node</i> is an inode: one kind, its attributes, its extended attributes. An
 * <i>entry</i> is what a name in a directory stands for: a node, then this name is the node's
 * <i>primary</i> one, or a <i>hard link</i> to a node that has its primary name elsewhere in the
 * tree. Which name is primary matters, because some formats lay inodes out by it.
 *
 * <p>{@link dev.jcomposefs.format.tree.TreeBuilder} checks what goes in (names, duplicates, links)
 * and gives out a {@link dev.jcomposefs.format.tree.Tree}, whose directories are sorted bytewise.
 * Nodes are flat objects without maps and extended attributes are shared between nodes that have
 * the same ones, since trees of millions of entries are normal.
 *
 * <p>A finished tree is immutable and thread-safe; a builder is not thread-safe. The tree is the
 * composefs view of files: whiteouts are character devices 0:0, and nothing that a format adds for
 * overlayfs (escaped keys, the root's 256 stubs) is in it.
 */
@NullMarked
package dev.jcomposefs.format.tree;

import org.jspecify.annotations.NullMarked;
