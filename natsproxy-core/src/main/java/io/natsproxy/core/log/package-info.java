/**
 * Log lines about what others did, which they can neither multiply nor shape.
 */
@NullMarked
package io.natsproxy.core.log;

import org.jspecify.annotations.NullMarked;
