/**
 * WebFlux applications that were written for HTTP, on NATS.
 */
package io.natsproxy.it.expose;
