/**
 * The Go project's format through running gateways and services of ours.
 */
package io.natsproxy.it.interop;
