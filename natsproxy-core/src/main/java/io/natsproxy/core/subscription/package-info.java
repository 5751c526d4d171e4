/**
 * Subscriptions that many listeners share: one for each subject, whatever their number.
 */
@NullMarked
package io.natsproxy.core.subscription;

import org.jspecify.annotations.NullMarked;
