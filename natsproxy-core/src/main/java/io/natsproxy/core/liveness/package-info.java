/**
 * Means to keep threads at work whatever is thrown on them, to tell when one of them is
 * not, and to keep a JVM alive for as long as it serves.
 */
@NullMarked
package io.natsproxy.core.liveness;

import org.jspecify.annotations.NullMarked;
