/**
 * The last changes of the header fields of responses, after whatever filters and hooks
 * have done.
 */
@NullMarked
package io.natsproxy.gateway.response;

import org.jspecify.annotations.NullMarked;
