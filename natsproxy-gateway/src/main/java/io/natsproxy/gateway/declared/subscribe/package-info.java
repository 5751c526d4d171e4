/**
 * Routes from subjects: the target {@code subscribe}, whose responses go on for as long
 * as their clients listen.
 */
@NullMarked
package io.natsproxy.gateway.declared.subscribe;

import org.jspecify.annotations.NullMarked;
