/**
 * Applications that tests of several packages start, in this process or in one of their
 * own.
 */
@NullMarked
package io.natsproxy.it.support;

import org.jspecify.annotations.NullMarked;
