/**
 * The wire protocol: heads, header fields, frames, problems, and their limits.
 */
@NullMarked
package io.natsproxy.core.wire;

import org.jspecify.annotations.NullMarked;
