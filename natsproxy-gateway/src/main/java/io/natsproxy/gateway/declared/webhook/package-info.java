/**
 * Webhooks: requests that their senders have signed.
 */
@NullMarked
package io.natsproxy.gateway.declared.webhook;

import org.jspecify.annotations.NullMarked;
