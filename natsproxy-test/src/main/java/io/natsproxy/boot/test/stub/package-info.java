/**
 * Stubs of services, for tests of those who call them.
 */
@NullMarked
package io.natsproxy.boot.test.stub;

import org.jspecify.annotations.NullMarked;
