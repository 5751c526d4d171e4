/**
 * The contract: what a handler method may take and return, written once and tested over
 * every transport, with Reactor Netty as the reference.
 */
@NullMarked
package io.natsproxy.it.contract;

import org.jspecify.annotations.NullMarked;
