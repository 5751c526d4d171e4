/**
 * Annotations for tests of services and callers, and the auto-configuration that they
 * import.
 */
@NullMarked
package io.natsproxy.boot.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
