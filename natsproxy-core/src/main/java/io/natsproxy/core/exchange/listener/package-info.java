/**
 * The side that receives requests and replies to them.
 */
@NullMarked
package io.natsproxy.core.exchange.listener;

import org.jspecify.annotations.NullMarked;
