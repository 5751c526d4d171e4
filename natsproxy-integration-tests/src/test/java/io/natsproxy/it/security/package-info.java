/**
 * What the parties on one NATS may do to each other, and what a server permits them.
 */
package io.natsproxy.it.security;
