/**
 * Bodies that do not fit one message: their frames, the credit that their receivers
 * grant, and the memory that they take.
 */
@NullMarked
package io.natsproxy.core.stream;

import org.jspecify.annotations.NullMarked;
