/**
 * Cross-origin resource sharing that the gateway answers for its services.
 */
@NullMarked
package io.natsproxy.gateway.cors;

import org.jspecify.annotations.NullMarked;
