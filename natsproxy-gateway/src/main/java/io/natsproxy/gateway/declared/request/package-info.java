/**
 * Routes to subjects: the target {@code request}.
 */
@NullMarked
package io.natsproxy.gateway.declared.request;

import org.jspecify.annotations.NullMarked;
