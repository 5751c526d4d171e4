/**
 * The OpenAPI document of a service, made of the handlers of its routes.
 */
@NullMarked
package io.natsproxy.client.openapi;

import org.jspecify.annotations.NullMarked;
