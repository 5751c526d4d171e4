/**
 * The Go project's format as a bean, which gateways and services of ours find.
 */
@NullMarked
package io.natsproxy.interop.go.autoconfigure;

import org.jspecify.annotations.NullMarked;
